using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Tests.Contracts;

namespace HubExchange.Contracts.Tests.Entities;

public sealed class CodeListTests
{
    public static TheoryData<string> LifeCycles => [.. TestTypes.All.All
        .SelectMany(type => type.Fields)
        .Where(entry => entry.Codes is { IsLifeCycle: true })
        .Select(entry => entry.Descriptor.FullName)];

    [Theory]
    [MemberData(nameof(LifeCycles))]
    public void Life_cycle_has_a_beginning_that_leads_everywhere(string fieldName)
    {
        var codes = TestTypes.All.All.SelectMany(type => type.Fields).First(field => field.Descriptor.FullName == fieldName).Codes!;

        Assert.Contains(codes.Codes, first => codes.Codes.All(code => codes.MayFollow(first.Number, code.Number)));
    }

    [Theory]
    [MemberData(nameof(LifeCycles))]
    public void Code_is_found_by_name_and_label(string fieldName)
    {
        var codes = TestTypes.All.All.SelectMany(type => type.Fields).First(field => field.Descriptor.FullName == fieldName).Codes!;

        Assert.All(codes.Codes, code =>
        {
            Assert.Same(code, codes.Find(code.Name));
            Assert.Same(code, codes.Find(code.Number));
            Assert.NotNull(codes.Find(code.Label));
        });
    }

    [Fact]
    public void Fields_that_are_no_life_cycle_may_change_freely()
    {
        var codes = TestTypes.All.Of<HubExchange.Enterprise.V1.Organization>().Find("org_kind")!.Codes!;

        Assert.False(codes.IsLifeCycle);
        Assert.True(codes.MayFollow(1, 2) && codes.MayFollow(2, 1));
    }
}
