namespace Weather.Shared;

public static class Texts
{
    public const string Forecast = "Get the forecast " + "for a place.";
    public static string Changing = "May change.";
}

public enum Unit { Celsius, Fahrenheit }

public interface IClock { }

public class Journal { }
