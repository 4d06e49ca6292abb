namespace HubExchange.Server.Tests.Query.Aggregation;

/// <summary>A record as the model sees it: its fields by name, and where it stands.</summary>
internal sealed record ModelRecord(string Key, IReadOnlyDictionary<string, object?> Fields)
{
    /// <summary>Zones it names.</summary>
    public IReadOnlyList<string> Zones { get; init; } = [];

    public string? Unit { get; init; }

    public string? Division { get; init; }

    /// <summary>Key of the organisation that places it.</summary>
    public string? Organization { get; init; }

    public object? this[string field] => Fields.GetValueOrDefault(field);
}

/// <summary>A zone as the model sees it.</summary>
internal sealed record ModelZone(string Id, string Parent);

/// <summary>A layout as the model sees it.</summary>
internal sealed record ModelLayout(string Id, string From, string To, IReadOnlyDictionary<string, string[]> Zones, string[] Parks);
