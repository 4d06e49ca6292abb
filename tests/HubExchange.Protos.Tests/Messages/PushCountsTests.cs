using HubExchange.V1;

namespace HubExchange.Contracts.Tests.Messages;

public sealed class PushCountsTests
{
    [Fact]
    public void Add_AddsEveryField()
    {
        var fields = PushCounts.Descriptor.Fields.InFieldNumberOrder();
        var (sum, more) = (new PushCounts(), new PushCounts());
        foreach (var field in fields)
        {
            field.Accessor.SetValue(sum, 100L * field.FieldNumber);
            field.Accessor.SetValue(more, (long)field.FieldNumber);
        }

        sum.Add(more);

        Assert.All(fields, field => Assert.Equal(101L * field.FieldNumber, field.Accessor.GetValue(sum)));
    }
}
