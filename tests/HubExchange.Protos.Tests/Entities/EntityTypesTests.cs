using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Tests.Contracts;
using HubExchange.Tests.Broken.V1;
using HubExchange.V1;

namespace HubExchange.Contracts.Tests.Entities;

public sealed class EntityTypesTests
{
    [Fact]
    public void Every_entity_of_the_contracts_is_listed()
    {
        var declared = TestTypes.Files
            .SelectMany(file => file.MessageTypes)
            .Select(message => message.GetOptions()?.GetExtension(OptionsExtensions.Entity)?.Type)
            .OfType<string>()
            .Order(StringComparer.Ordinal);

        Assert.Equal(declared, CityEntityTypes.All.All.Select(type => type.Id));
    }

    [Fact]
    public void Every_mistake_is_reported_at_once()
    {
        var exception = Assert.Throws<ContractException>(() => EntityTypes.From([BrokenReflection.Descriptor]));

        string[] expected =
        [
            "test.share: declared by",
            "Broken: type 'BrokenType' is not",
            "Broken: has no label",
            "Broken: has no share type",
            "Broken: is authority_only but lists no authority",
            "Broken: key 'missing_key' is not",
            "Broken: label '金额' is used by",
            "Broken: placement field 'plain' is not",
            "Broken: placement field 'nowhere' is not",
            "rule 'order' compares fewer than two fields",
            "rule 'order' lacks its text",
            "rule 'order' adds 'plain'",
            "rule 'order' names the unknown field 'ghost'",
            "rule 'order' is declared twice",
            "rule 'choice' names the unknown field 'ghost'",
            "rule 'choice' has min above max",
            "has a rule without id",
            "names the unknown code 'GHOST'",
            "Broken.plain: has no label",
            "Broken.amount: has type Double",
            "Broken.number: has a format but is not text",
            "Broken.number: has a pattern but is not text",
            "Broken.number: has a reference but is not text",
            "Broken.text: pattern '(' cannot be compiled",
            "Broken.text: has a range but is not a number",
            "Broken.text: refers to the unknown type 'no.type'",
            "Broken.text: has a negative limit",
            "Broken.hub_source: starts with 'hub_'",
            "Broken.hub_source: allows codes but is not an enum",
            "Broken.range: has min above max",
            "code list BrokenState has no value 0",
            "code BROKEN_STATE_OPEN has no label",
            "code BROKEN_STATE_OPEN leads to the unknown code 'GHOST'",
            "Broken.state: allows the unknown code 'GHOST'",
            "Broken.due: has a deadline but is neither a date nor a year",
            "Broken.due: has a deadline without texts",
            "Broken.due: has a deadline with a negative number",
            "Broken.due: has a deadline that ends with 'number', which is no date",
            "Broken.due: has a deadline in the unknown code 'GHOST'",
            "Broken.due_too: has a deadline that depends on 'plain', which is no code list",
            "Broken.due_too: has a deadline with a state and no codes, or codes and no state",
            "BrokenShare: shares conditionally",
            "BrokenShare: has no key",
            "BrokenShare: placement names an organisation and own fields",
            "BrokenTwice: placement is empty",
        ];
        Assert.All(expected, text => Assert.Contains(text, exception.Message, StringComparison.Ordinal));
        Assert.All(exception.Mistakes, mistake => Assert.Contains(mistake, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Contracts_have_no_mistakes()
    {
        Assert.NotEmpty(EntityTypes.From(TestTypes.Files).All);
    }
}
