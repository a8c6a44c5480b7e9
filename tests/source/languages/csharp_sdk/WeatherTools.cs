using System.ComponentModel;
using ModelContextProtocol.Server;
using Weather.Shared;

namespace Weather;

public record Place(
    [property: Description("Degrees north")] double Latitude,
    [property: JsonPropertyName("lon")] double Longitude);

public class Options
{
    [Description("How many days")]
    public required int Days { get; set; }
    public string? Note { get; set; }
    internal int Hidden { get; set; }
}

[McpServerToolType]
public sealed class WeatherTools(HttpClient client)
{
    private const string Alerts = @"Get ""alerts"".";

    /// <summary>A comment is no description.</summary>
    [McpServerTool(Name = "forecast", Title = "Forecast", ReadOnly = true, OpenWorld = false)]
    [Description(Texts.Forecast)]
    public static async Task<string> Forecast(
        IClock clock,
        [Description("Where")] Place place,
        [Description($"Which unit, such as {nameof(Unit.Celsius)}")] Unit unit = Unit.Celsius,
        int days = 3,
        int? hours = null,
        CancellationToken cancellation = default)
    {
        return "";
    }

    [McpServerTool, Description(Alerts)]
    public async Task<string> GetAlertsAsync(HttpClient http, string[] states, [Description("""
        More of it,
          in lines.
        """)] Options options) => "";

    [McpServerTool, Description(Texts.Changing)]
    public string Both(string? note, Journal journal, [Range(1, 5)] int count) => "";

    [McpServerTool(UseStructuredContent = true)]
    public Place Locate2(string name) => null;

    [KernelFunction, Description("Of another library.")]
    public string Other(string name) => "";

    // [McpServerTool]
    public string Commented() => "[McpServerTool]";
}
