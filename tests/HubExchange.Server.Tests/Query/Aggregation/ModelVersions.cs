namespace HubExchange.Server.Tests.Query.Aggregation;

/// <summary>Every version that one source reported of records of one type, and which of them count at a moment: the model of the store.</summary>
internal sealed class ModelVersions<T>
    where T : class
{
    private readonly List<(string Key, DateOnly Effective, int Step, T? Record)> _versions = [];

    public void Add(string key, DateOnly effective, int step, T? record) => _versions.Add((key, effective, step, record));

    /// <summary>The latest day from which a version of a key holds; null for none.</summary>
    public DateOnly? LatestOf(string key) =>
        _versions.Where(version => version.Key == key).Select(version => (DateOnly?)version.Effective).Max();

    /// <summary>The records known after a step that hold on a day; null stands for the latest.</summary>
    public Dictionary<string, T> At(int? step, DateOnly? day) =>
        (from version in _versions
         where (step is null || version.Step <= step) && (day is null || version.Effective <= day)
         group version by version.Key into versions
         let latest = versions.MaxBy(version => (version.Effective, version.Step))
         where latest.Record is not null
         select (latest.Key, latest.Record)).ToDictionary();
}
