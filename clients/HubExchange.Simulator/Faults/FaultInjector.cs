using HubExchange.Simulator.Generation;

namespace HubExchange.Simulator.Faults;

/// <summary>Puts faulty copies of sound records among the records of a node. The sound records stay as they are.</summary>
internal sealed class FaultInjector(CityOptions options, Prng random)
{
    private int _number;

    public NodeRecords Inject(NodeRecords node)
    {
        var byMessage = node.Records
            .Select((record, index) => (Index: index, Message: record.Type.Message.FullName))
            .GroupBy(entry => entry.Message)
            .ToDictionary(group => group.Key, group => group.Select(entry => entry.Index).ToArray());
        var faults = KnownFaults.All.Where(fault => byMessage.ContainsKey(fault.Message)).ToList();
        var count = (int)Math.Round(node.Records.Count * options.DirtyShare, MidpointRounding.AwayFromZero);
        if (count == 0 || faults.Count == 0)
        {
            return node;
        }

        var after = new Dictionary<int, List<GeneratedRecord>>();
        var first = random.Below(faults.Count);
        for (var i = 0; i < count; i++)
        {
            // In turn, so that every kind of fault occurs.
            var fault = faults[(first + i) % faults.Count];
            var index = random.Pick(byMessage[fault.Message]);
            if (!after.TryGetValue(index, out var here))
            {
                after[index] = here = [];
            }

            here.Add(Spoil(node.Records[index], fault));
        }

        return node with { Records = Merge(node.Records, after) };
    }

    private GeneratedRecord Spoil(GeneratedRecord sound, Fault fault)
    {
        var number = ++_number;
        var record = sound.Type.Parse(Google.Protobuf.MessageExtensions.ToByteString(sound.Record));
        FreshKey.Give(record, number, options);
        fault.Apply(record, number);
        return new GeneratedRecord(sound.Type, record, fault.Rule);
    }

    private static List<GeneratedRecord> Merge(IReadOnlyList<GeneratedRecord> sound, Dictionary<int, List<GeneratedRecord>> after)
    {
        var merged = new List<GeneratedRecord>(sound.Count + after.Count);
        for (var i = 0; i < sound.Count; i++)
        {
            merged.Add(sound[i]);
            if (after.TryGetValue(i, out var faulty))
            {
                merged.AddRange(faulty);
            }
        }

        return merged;
    }
}
