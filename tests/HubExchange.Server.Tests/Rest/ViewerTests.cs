using System.Net;
using System.Text.RegularExpressions;
using HubExchange.Server.Tests.Identity;

namespace HubExchange.Server.Tests.Rest;

/// <summary>The viewer of the document works where there is no other network than the hub's own.</summary>
public sealed partial class ViewerTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    [Fact]
    public async Task Page_IsChineseAndMayLoadNothingFromElsewhere()
    {
        using var anybody = new RawCaller(fixture.Hub);

        using var response = await anybody.Http.GetAsync("/docs");
        var page = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("<title>科技数据交换枢纽", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"<script(?![^>]*\bsrc=)[^>]*>\s*\S", page);
        Assert.DoesNotMatch("(src|href)=[\"']?(https?:)?//", page);
    }

    [Fact]
    public async Task EverythingThePageNeeds_ComesFromTheHub()
    {
        using var anybody = new RawCaller(fixture.Hub);
        using var page = await anybody.Http.GetAsync("/docs");
        var address = page.RequestMessage!.RequestUri!;

        var links = Link.Matches(await page.Content.ReadAsStringAsync()).Select(match => match.Groups[1].Value).ToList();

        Assert.Contains(links, link => link.EndsWith(".js", StringComparison.Ordinal));
        Assert.Contains(links, link => link.EndsWith(".css", StringComparison.Ordinal));
        foreach (var link in links)
        {
            using var loaded = await anybody.Http.GetAsync(new Uri(address, link));
            Assert.True(loaded.IsSuccessStatusCode, $"{link}: {loaded.StatusCode}");
            Assert.NotEmpty(await loaded.Content.ReadAsByteArrayAsync());
            Assert.True(loaded.Headers.Contains("Content-Security-Policy"), link);
        }
    }

    [Fact]
    public async Task Page_ShowsTheDocumentOfThisHub()
    {
        using var anybody = new RawCaller(fixture.Hub);

        var start = await anybody.Http.GetStringAsync("/docs/index.js");

        Assert.Contains("/openapi.json", start, StringComparison.Ordinal);
        Assert.DoesNotContain("validator.swagger.io", start, StringComparison.Ordinal);
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Link { get; }
}
