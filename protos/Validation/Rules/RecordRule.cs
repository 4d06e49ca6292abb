using System.Globalization;
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
            var field = type.Find(breach.Field);
            found.Add(info, field, breach.Value ?? CodeOf(field, record), breach.Detail, breach.Index);
        }
    }

    private static string? CodeOf(EntityField? field, IMessage record) => field is { Codes: { } codes, IsList: false }
        ? codes.Find(Convert.ToInt32(field.Descriptor.Accessor.GetValue(record), CultureInfo.InvariantCulture))?.Name
        : null;
}
