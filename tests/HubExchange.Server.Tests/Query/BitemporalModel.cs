namespace HubExchange.Server.Tests.Query;

/// <summary>What one source says in a push.</summary>
/// <param name="Push">Number of the push: the time of recording.</param>
/// <param name="From">Business day from which it holds.</param>
/// <param name="Name">Name; null for a deletion.</param>
/// <param name="Staff">Staff; null where not filled in.</param>
internal sealed record SaidVersion(int Push, DateOnly From, string? Name, int? Staff);

/// <summary>What a read shows of a key.</summary>
internal sealed record ShownVersion(string Source, string Name, int? Staff);

/// <summary>
/// The rules of time, written down a second time over lists in memory: what each source said is kept in full, and what holds at a
/// moment is worked out from it, consolidation included.
/// </summary>
internal sealed class BitemporalModel(IReadOnlyList<string> sourcesByAuthority)
{
    private readonly Dictionary<string, Source> _sources = sourcesByAuthority.ToDictionary(source => source, _ => new Source());

    /// <summary>A source says something.</summary>
    public void Say(string source, SaidVersion version) => _sources[source].Say(version);

    /// <summary>What a source had in force at a moment, or null.</summary>
    public ShownVersion? Of(string source, int push, DateOnly day) => _sources[source].InForce(push, day) is { Name: { } name } version
        ? new ShownVersion(source, name, version.Staff)
        : null;

    /// <summary>What consolidated views showed at a moment, or null.</summary>
    public ShownVersion? Consolidated(int push, DateOnly day)
    {
        var living = sourcesByAuthority.Select(source => Of(source, push, day)).OfType<ShownVersion>().ToList();
        return living.Count switch
        {
            0 => null,
            1 => living[0],
            _ => new ShownVersion("HUB", living[0].Name, living.Select(version => version.Staff).FirstOrDefault(staff => staff is not null)),
        };
    }

    private sealed class Source
    {
        private readonly List<SaidVersion> _said = [];
        private SaidVersion? _latest;

        // What says nothing new leaves no trace: the same again, and the deletion of what is not there.
        public void Say(SaidVersion version)
        {
            var isDeletion = version.Name is null;
            if (isDeletion ? _latest?.Name is null : IsRepeated(version))
            {
                return;
            }

            _said.Add(version);
            if (_latest is null || isDeletion || version.From >= _latest.From)
            {
                _latest = version;
            }
        }

        // Each version is a step on the axis of days; a deletion takes away the steps from its day on.
        public SaidVersion? InForce(int push, DateOnly day)
        {
            var steps = new SortedDictionary<DateOnly, SaidVersion>();
            foreach (var version in _said.Where(version => version.Push <= push))
            {
                if (version.Name is null)
                {
                    steps.Keys.Where(from => from >= version.From).ToList().ForEach(from => steps.Remove(from));
                }

                steps[version.From] = version;
            }

            return steps.LastOrDefault(step => step.Key <= day).Value;
        }

        private bool IsRepeated(SaidVersion version) =>
            (_latest is { Name: not null } latest && IsSame(latest, version) && version.From >= latest.From) ||
            (version.From < _latest?.From && _said.Exists(said => said != _latest && said.From == version.From && IsSame(said, version)));

        private static bool IsSame(SaidVersion one, SaidVersion other) => one.Name == other.Name && one.Staff == other.Staff;
    }
}
