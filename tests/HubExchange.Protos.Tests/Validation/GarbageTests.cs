using System.Collections;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Tests.Contracts;

namespace HubExchange.Contracts.Tests.Validation;

public sealed class GarbageTests
{
    private static readonly string[] Texts =
    [
        "", " ", "~", "\u0000", "\uFFFD", "\uD800", "x\uDC00y", "9", "2021-02-30", "2021-06-30", "9999-99-99", "-0", "1e5", ".", "-",
        "0.10", "99999999999999999999999999999", "420201", "420281", "91420281XN1000065X", "914202811N1000065X", "GR202142900001",
        "2021420281A8900001", "2021420201000123", "ND-", "@", "a@b.", "二〇二一", "٣٤٥٦", "9".PadRight(18, '9'),
        new('x', 500), new('\u0301', 450),
    ];

    [Theory]
    [MemberData(nameof(TestTypes.Ids), MemberType = typeof(TestTypes))]
    public void No_content_makes_the_validator_throw(string typeId)
    {
        var type = TestTypes.All.Find(typeId)!;

        Gen.Int.Sample(
            seed =>
            {
                var random = new Random(seed);
                var record = Garbage(type.Message, random, 3);

                var violations = Cases.Validator.Validate(type, record);

                Assert.All(violations, violation =>
                {
                    Assert.True(violation.Value.Length <= 100);
                    Assert.DoesNotContain('\0', violation.Value);
                    Assert.Equal(violation, HubExchange.V1.Violation.Parser.ParseFrom(violation.ToByteArray()));
                });
                foreach (var field in type.Fields)
                {
                    Cases.Validator.CheckTransition(field, field.Codes?.Codes[0].Name ?? "", record);
                }
            },
            iter: 300,
            threads: 1);
    }

    private static IMessage Garbage(MessageDescriptor message, Random random, int depth)
    {
        var record = (IMessage)Activator.CreateInstance(message.ClrType)!;
        foreach (var field in message.Fields.InFieldNumberOrder().Where(_ => random.Next(4) > 0))
        {
            if (field.IsMap)
            {
                ((IDictionary)field.Accessor.GetValue(record))[Text(random)] = Text(random);
            }
            else if (field.IsRepeated)
            {
                var items = (IList)field.Accessor.GetValue(record);
                for (var i = random.Next(random.Next(10) == 0 ? 250 : 4); i > 0 && depth > 0; i--)
                {
                    items.Add(Value(field, random, depth - 1));
                }
            }
            else if (field.FieldType != FieldType.Message || depth > 0)
            {
                field.Accessor.SetValue(record, Value(field, random, depth - 1));
            }
        }

        return record;
    }

    private static object Value(FieldDescriptor field, Random random, int depth) => field.FieldType switch
    {
        FieldType.String => Text(random),
        FieldType.Int32 => Number(random),
        FieldType.Int64 => (long)Number(random) * Number(random),
        FieldType.Bool => random.Next(2) == 0,
        FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, random.Next(3) == 0 ? Number(random) : random.Next(12)),
        FieldType.Bytes => ByteString.CopyFrom((byte)random.Next(256)),
        _ => Garbage(field.MessageType, random, depth),
    };

    private static int Number(Random random) => random.Next(5) switch
    {
        0 => int.MinValue,
        1 => int.MaxValue,
        2 => random.Next(),
        3 => random.Next(-10, 10),
        _ => random.Next(1900, 2101),
    };

    private static string Text(Random random)
    {
        if (random.Next(3) > 0)
        {
            return Texts[random.Next(Texts.Length)];
        }

        var characters = new char[random.Next(30)];
        for (var i = 0; i < characters.Length; i++)
        {
            characters[i] = (char)random.Next(random.Next(2) == 0 ? 128 : char.MaxValue + 1);
        }

        return new string(characters);
    }
}
