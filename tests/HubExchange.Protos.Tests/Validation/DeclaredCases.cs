using System.Collections;
using Google.Protobuf;
using HubExchange.Contracts.Tests.Contracts;
using HubExchange.V1;
using EntityField = HubExchange.Contracts.Entities.EntityField;
using EntityType = HubExchange.Contracts.Entities.EntityType;

namespace HubExchange.Contracts.Tests.Validation;

/// <summary>Cases of the rules that contracts declare, made from the declarations and evaluated like any others.</summary>
internal static class DeclaredCases
{
    public static IEnumerable<RuleCase> All => TestTypes.All.All.SelectMany(Of);

    private static IEnumerable<RuleCase> Of(EntityType type) =>
    [
        .. type.Options.Ascending.Select(rule => Of(type, rule)),
        .. type.Options.Sums.Select(rule => Of(type, rule)),
        .. type.Options.Choices.Select(rule => Of(type, rule)),
        .. type.Options.Conditions.Select(rule => Of(type, rule)),
    ];

    // Equal values keep the order; one step down breaks it.
    private static RuleCase Of(EntityType type, AscendingRule rule)
    {
        var fields = rule.Fields.Where(name => name != "0").Select(name => type.Find(name)!).ToArray();
        return Case(
            type,
            rule.Id,
            record =>
            {
                Array.ForEach(fields, field => GoodRecord.SetOrdered(record, field, 0));
                Agree(record, "");
            },
            Enumerable.Range(1, fields.Length - 1).Select<int, Action<IMessage>>(step => record =>
            {
                for (var i = 0; i < fields.Length; i++)
                {
                    GoodRecord.SetOrdered(record, fields[i], i < step ? 0 : -1);
                }
            }));
    }

    private static RuleCase Of(EntityType type, SumRule rule)
    {
        var parts = rule.Parts.Select(name => type.Find(name)!).ToArray();
        void Set(IMessage record, int error)
        {
            for (var i = 0; i < parts.Length; i++)
            {
                GoodRecord.SetOrdered(record, parts[i], i > 0 || rule.Total.Length > 0 ? 0 : (int)rule.Constant - (5 * parts.Length));
            }

            GoodRecord.SetOrdered(record, rule.Total.Length > 0 ? type.Find(rule.Total)! : parts[^1], (rule.Total.Length > 0 ? 5 * (parts.Length - 1) : 0) + error);
        }

        return Case(type, rule.Id, record => Set(record, 0), [record => Set(record, 1)]);
    }

    private static RuleCase Of(EntityType type, ChoiceRule rule)
    {
        var fields = rule.Fields.Select(name => type.Find(name)!).ToArray();
        return Case(
            type,
            rule.Id,
            _ => { },
            [
                record => Array.ForEach(fields, field => Clear(record, field)),
                record => Array.ForEach(fields, field => GoodRecord.Fill(record, field)),
            ]);
    }

    private static RuleCase Of(EntityType type, ConditionRule rule)
    {
        var field = type.Find(rule.Field)!;
        return Case(
            type,
            rule.Id,
            record => Enter(record, rule.Values[0]),
            from value in rule.Values
            from name in rule.Required
            select (Action<IMessage>)(record =>
            {
                Enter(record, value);
                Clear(record, type.Find(name)!);
                FillOther(type, record, name);
            }));

        void Enter(IMessage record, string value)
        {
            GoodRecord.Set(record, field, value);
            MakeRoom(type, record, rule);
            GoodRecord.Complete(type, record);
            Agree(record, value);
        }
    }

    // A field the condition asks for may exclude another one that the good record has.
    private static void MakeRoom(EntityType type, IMessage record, ConditionRule rule)
    {
        foreach (var choice in type.Options.Choices.Where(choice => choice.Fields.Intersect(rule.Required).Any()))
        {
            foreach (var name in choice.Fields.Except(rule.Required))
            {
                Clear(record, type.Find(name)!);
            }
        }
    }

    // The field that is cleared may be the one that was chosen of several.
    private static void FillOther(EntityType type, IMessage record, string name)
    {
        foreach (var choice in type.Options.Choices.Where(choice => choice.Min > 0 && choice.Fields.Contains(name)))
        {
            GoodRecord.Fill(record, type.Find(choice.Fields.First(other => other != name))!);
        }
    }

    // Rules in code that speak about the same states.
    private static void Agree(IMessage record, string value)
    {
        switch (record)
        {
            case Enterprise.V1.HteCertificate certificate:
                certificate.ValidTo = "2024-06-29";
                break;
            case Talent.V1.Secondment { HostUscc.Length: > 0 } secondment:
                secondment.HostUscc = "91420202XN10000148";
                break;
            case Enterprise.V1.Carrier carrier:
                carrier.Level = value switch
                {
                    "CITY_FILED" => Region.V1.Level.City,
                    "PROVINCIAL" => Region.V1.Level.Provincial,
                    _ => carrier.Level,
                };
                break;
            case Platform.V1.RdInstitution { Type: Platform.V1.RdInstitutionType.JointInnovationCentre } body:
                body.PartnerUsccs.Clear();
                body.PartnerUsccs.Add("12420200XN00000A6R");
                break;
        }
    }

    private static void Clear(IMessage record, EntityField field)
    {
        if (field.Descriptor.IsRepeated)
        {
            ((IList)field.Descriptor.Accessor.GetValue(record)).Clear();
        }
        else
        {
            field.Descriptor.Accessor.Clear(record);
        }
    }

    private static RuleCase Case(EntityType type, string id, Action<IMessage> good, IEnumerable<Action<IMessage>> bad) => new(
        $"{type.Id}/{id}",
        () => Cases.Validate(type, good),
        bad.Select<Action<IMessage>, Func<IReadOnlyList<Violation>>>(change => () => Cases.Validate(type, change)));
}
