namespace HubExchange.Server.Query.Places;

/// <summary>Where records stand, before zones are counted upwards.</summary>
/// <param name="ZoneList">Zones the records name, without those around them, separated by commas; empty for none.</param>
/// <param name="Unit">Their reporting unit, or null.</param>
/// <param name="Division">Their division code, or null.</param>
internal sealed record Standing(string ZoneList, string? Unit, string? Division)
{
    /// <summary>No place at all.</summary>
    public static Standing Nowhere { get; } = new("", null, null);

    /// <summary>The zones one by one.</summary>
    public IReadOnlyList<string> Zones => ZoneList.Length == 0 ? [] : ZoneList.Split(',');
}

/// <summary>Records of one type that stand alike.</summary>
/// <param name="Type">Type id.</param>
/// <param name="Standing">Where.</param>
/// <param name="Records">How many there are, each key once.</param>
internal sealed record StandingCount(string Type, Standing Standing, long Records);
