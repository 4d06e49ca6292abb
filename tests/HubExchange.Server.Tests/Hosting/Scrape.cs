using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using HubExchange.Server.Tests.Identity;
using HubExchange.Testing;

namespace HubExchange.Server.Tests.Hosting;

/// <summary>What <c>/metrics</c> of a hub said once.</summary>
internal sealed partial class Scrape
{
    private readonly Dictionary<string, double> _series = [];

    private Scrape(string text)
    {
        Text = text;
        foreach (var line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            var match = Series().Match(line);
            var labels = Label().Matches(match.Groups["labels"].Value).Select(label => label.Value).Order(StringComparer.Ordinal);
            _series[$"{match.Groups["name"].Value}{{{string.Join(',', labels)}}}"] =
                double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>All of it.</summary>
    public string Text { get; }

    /// <summary>Every label of the hub's own metrics, e.g. <c>source="ND-420281"</c>.</summary>
    public IEnumerable<string> OwnLabels => _series.Keys
        .Where(key => key.StartsWith("hub_", StringComparison.Ordinal))
        .SelectMany(key => Label().Matches(key).Select(label => label.Value));

    /// <summary>Value of a series; 0 when there is none.</summary>
    /// <param name="series">Name with its labels in the order of the alphabet, e.g. <c>hub_streams{source="ND-420281"}</c>.</param>
    public double this[string series] => _series.GetValueOrDefault(series.Contains('{', StringComparison.Ordinal) ? series : $"{series}{{}}");

    /// <summary>Whether there is a series.</summary>
    public bool Has(string series) => _series.ContainsKey(series.Contains('{', StringComparison.Ordinal) ? series : $"{series}{{}}");

    /// <summary>Reads the metrics of a hub.</summary>
    public static async Task<Scrape> OfAsync(TestHub hub)
    {
        using var caller = RawCaller.WithToken(hub, TokenOf(hub));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
        using var response = await caller.Http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return new Scrape(await response.Content.ReadAsStringAsync());
    }

    /// <summary>Reads them until something holds.</summary>
    public static async Task<Scrape> UntilAsync(TestHub hub, Func<Scrape, bool> condition, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var scrape = await OfAsync(hub);
            if (condition(scrape))
            {
                return scrape;
            }

            if (TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(30))
            {
                throw new TimeoutException($"Not in the metrics: {what}.{Environment.NewLine}{scrape.Text}");
            }
        }
    }

    /// <summary>The token that opens the metrics of a hub.</summary>
    public static string TokenOf(TestHub hub) => File.ReadAllText(Path.Combine(hub.Folder, "metrics.token")).Trim();

    [GeneratedRegex("""^(?<name>\w+)(\{(?<labels>.*)\})? (?<value>[^ ]+)( .*)?$""")]
    private static partial Regex Series();

    [GeneratedRegex("\\w+=\"[^\"]*\"")]
    private static partial Regex Label();
}
