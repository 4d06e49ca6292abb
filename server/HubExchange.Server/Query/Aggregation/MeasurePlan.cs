using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Server.Query.Aggregation;

/// <summary>
/// One measure in SQL. It is computed in two steps: over records that are alike in everything the groups depend on, then over those
/// parts. So the groups of many zones cost no more than the parts, and the total comes from the same parts without counting twice.
/// </summary>
/// <param name="Index">Place among the measures, from 0.</param>
/// <param name="Id">Its id.</param>
/// <param name="Function">What it computes.</param>
/// <param name="Field">Of what; null for the count.</param>
internal sealed record MeasurePlan(int Index, string Id, MeasureFunction Function, EntityField? Field)
{
    /// <summary>Column of the result.</summary>
    public string Column => $"m{Index}";

    /// <summary>The values are dates, else numbers.</summary>
    public bool IsDate => Function is MeasureFunction.Min or MeasureFunction.Max && Field is { Options.Format: Format.Date };

    /// <summary>It adds up what contributors report, or lets it be added up.</summary>
    public bool IsSum => Function is MeasureFunction.Sum or MeasureFunction.Avg;

    /// <summary>What the parts have to keep apart so that the measure can be computed from them; null for nothing.</summary>
    /// <param name="countsKeys">A key may come several times and counts once.</param>
    public string? PartKey(bool countsKeys) => Function switch
    {
        MeasureFunction.Distinct => $"r.\"{Field!.Name}\"",
        MeasureFunction.Count when countsKeys => "r.hub_key",
        _ => null,
    };

    /// <summary>Columns of a part.</summary>
    public IEnumerable<string> PartColumns() => Function switch
    {
        MeasureFunction.Sum => [$"sum(r.\"{Field!.Name}\"::numeric) as s{Index}"],
        MeasureFunction.Avg => [$"sum(r.\"{Field!.Name}\"::numeric) as s{Index}", $"count(r.\"{Field.Name}\") as n{Index}"],
        MeasureFunction.Min => [$"min(r.\"{Field!.Name}\") as s{Index}"],
        MeasureFunction.Max => [$"max(r.\"{Field!.Name}\") as s{Index}"],
        _ => [],
    };

    /// <summary>The value over parts.</summary>
    public string Value(bool countsKeys) => Function switch
    {
        MeasureFunction.Count when !countsKeys => "coalesce(sum(records), 0)",
        MeasureFunction.Count or MeasureFunction.Distinct => $"count(distinct k{Index})::numeric",
        MeasureFunction.Sum => $"sum(s{Index})",

        // Whole numbers of millionths by exact division; a quotient of finite scale would be rounded twice.
        MeasureFunction.Avg =>
            $"sign(sum(s{Index})) * div(abs(sum(s{Index})) * 2000000 + sum(n{Index}), nullif(2 * sum(n{Index}), 0)) * 0.000001",
        MeasureFunction.Min => IsDate ? $"min(s{Index})" : $"min(s{Index})::numeric",
        MeasureFunction.Max => IsDate ? $"max(s{Index})" : $"max(s{Index})::numeric",
        _ => throw new InvalidOperationException($"Unknown function {Function}."),
    };

    /// <summary>The result as text.</summary>
    public string Text => IsDate ? $"{Column}::text" : $"trim_scale({Column})::text";

    /// <summary>A field whose values have an order and a sum.</summary>
    public static bool IsNumber(EntityField field) =>
        !field.Descriptor.IsRepeated &&
        (field.Descriptor.FieldType is FieldType.Int32 or FieldType.Int64 || field is { Descriptor.FieldType: FieldType.String, Options.Format: Format.Decimal });
}
