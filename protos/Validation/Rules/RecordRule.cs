using Google.Protobuf;
using HubExchange.Contracts.Entities;

namespace HubExchange.Contracts.Validation.Rules;

/// <summary>A rule written as a function from the record to the first breach, or null.</summary>
internal sealed class RecordRule<T>(RuleInfo info, Func<T, Breach?> check) : IRecordRule
    where T : class, IMessage
{
    public RuleInfo Info => info;

    public void Check(EntityType type, IMessage record, Findings found)
    {
        if (record is T message && check(message) is { } breach)
        {
            found.Add(info, type.Find(breach.Field), breach.Value, breach.Detail, breach.Index);
        }
    }
}
