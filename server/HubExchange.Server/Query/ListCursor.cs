using System.Text.Json;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Query;

/// <summary>The last row of a page.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Source">Its source.</param>
/// <param name="Values">Its values of the fields that the list is ordered by, as text; null where absent.</param>
internal sealed record ListCursor(string Key, string Source, IReadOnlyList<string?> Values)
{
    /// <summary>The cursor in a page token, or null for the first page.</summary>
    public static ListCursor? Read(string token, params ReadOnlySpan<string> list)
    {
        var text = PageToken.Read(token, list);
        if (text.Length == 0)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<string?[]>(text) is [{ } key, { } source, .. var values] && Array.TrueForAll([key, source, .. values], IsText)
                ? new ListCursor(key, source, values)
                : throw HubErrors.Of(ErrorReason.PageTokenInvalid);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw HubErrors.Of(ErrorReason.PageTokenInvalid);
        }
    }

    /// <summary>The token of the page after this row.</summary>
    public string Write(params ReadOnlySpan<string> list) => PageToken.Write(JsonSerializer.Serialize<string?[]>([Key, Source, .. Values]), list);

    private static bool IsText(string? value) => value is null || !value.Contains('\0', StringComparison.Ordinal);
}
