using System.ComponentModel;
using ModelContextProtocol.Server;

namespace Weather;

[McpServerToolType]
public static partial class LibraryTools
{
    /// <summary>
    /// Lends a book &amp; notes it.
    ///   Not for magazines.
    /// </summary>
    /// <remarks>A second call renews the loan.</remarks>
    /// <param name="isbn">ISBN of the book.</param>
    /// <param name="days">How many days.</param>
    [McpServerTool(Name = "lend")]
    public static async partial Task<string> LendAsync(string isbn, [DefaultValue(14)] int days, [Description("Who")] string reader);

    /// <summary>Not used.</summary>
    [McpServerTool, Description("Written.")]
    public static partial string Written(string isbn);

    /// <summary>Of a method that is whole.</summary>
    [McpServerTool]
    public static string Whole(string isbn) => isbn;

    /// <summary>Sees <see cref="Whole"/>.</summary>
    [McpServerTool]
    public static partial string Sees(string isbn);
}
