using System.Globalization;
using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Hashing;
using HubExchange.V1;
using EntityField = HubExchange.Contracts.Entities.EntityField;
using EntityType = HubExchange.Contracts.Entities.EntityType;

namespace HubExchange.Contracts.Validation;

/// <summary>
/// Checks records against everything their contracts say. Safe for concurrent use; the checks of a type are compiled on first use
/// and shared by all validators, so that one may be made for every change of the divisions.
/// </summary>
/// <param name="divisions">The divisions that are known.</param>
/// <param name="clock">Tells today's date; the system's clock unless given.</param>
public sealed class RecordValidator(DivisionList divisions, TimeProvider? clock = null)
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;

    /// <summary>Returns every violation, errors and warnings. Never throws, whatever the record holds.</summary>
    /// <param name="type">Type of the record.</param>
    /// <param name="record">The record after <see cref="RecordNormalizer"/>.</param>
    public IReadOnlyList<Violation> Validate(EntityType type, IMessage record)
    {
        var found = new Findings(divisions, _clock);
        RecordPlan.Of(type).Run(record, found);
        return found.Violations;
    }

    /// <summary>Returns a violation when a life-cycle field may not go from the stored code to the new one, else null.</summary>
    /// <param name="field">An enum field whose code list is a life cycle; other fields may change freely.</param>
    /// <param name="previousCode">Name of the code stored before, e.g. <c>IN_STORE</c>.</param>
    /// <param name="record">The new record.</param>
    public Violation? CheckTransition(EntityField field, string previousCode, IMessage record)
    {
        if (field.Codes is not { IsLifeCycle: true } codes || field.IsList || codes.Find(previousCode) is not { } from)
        {
            return null;
        }

        var number = Convert.ToInt32(field.Descriptor.Accessor.GetValue(record), CultureInfo.InvariantCulture);
        if (codes.Find(number) is not { } to || codes.MayFollow(from.Number, to.Number))
        {
            return null;
        }

        var found = new Findings(divisions, _clock);
        found.Add(
            BuiltInRules.StateTransition,
            field,
            to.Name,
            $"从“{from.Label}”变为“{to.Label}”",
            detailEn: $"from {from.Name} ({from.Label}) to {to.Name} ({to.Label})");
        return found.Violations[0];
    }
}
