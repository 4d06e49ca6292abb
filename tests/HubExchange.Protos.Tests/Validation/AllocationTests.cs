using System.Diagnostics;
using HubExchange.Contracts.Tests.Contracts;

namespace HubExchange.Contracts.Tests.Validation;

public sealed class AllocationTests
{
    // The collector of findings, an enumerator per nested list and little else.
    private const long Limit = 256;

    // Code that is not yet optimised boxes where optimised code does not, so the first rounds say nothing.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [MemberData(nameof(TestTypes.Ids), MemberType = typeof(TestTypes))]
    public void Good_record_costs_next_to_no_memory(string typeId)
    {
        var type = TestTypes.All.Find(typeId)!;
        var record = GoodRecord.Of(type);
        var clock = Stopwatch.StartNew();
        long perRecord;

        do
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
            {
                Cases.Validator.Validate(type, record);
            }

            perRecord = (GC.GetAllocatedBytesForCurrentThread() - before) / 1_000;
        }
        while (perRecord > Limit && clock.Elapsed < Deadline);

        Assert.InRange(perRecord, 0, Limit);
    }
}
