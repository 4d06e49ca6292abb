using HubExchange.Server.Jobs;

namespace HubExchange.Server.Tests.Jobs;

/// <summary>Steps take as long as they should, whatever a record costs.</summary>
public sealed class StepSizeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(5_000)]
    [InlineData(100_000)]
    public void Steps_TakeAboutAsLongAsTheyShould(int microsecondsPerRecord)
    {
        var options = new JobOptions();
        var size = new StepSize(options);
        var elapsed = TimeSpan.Zero;
        for (var step = 0; step < 30; step++)
        {
            elapsed = TimeSpan.FromMicroseconds((long)microsecondsPerRecord * size.Records);
            size.Ended(elapsed, size.Records);
        }

        var most = Math.Min(options.StepTime.TotalMicroseconds, (double)microsecondsPerRecord * options.StepRecords);
        Assert.InRange(elapsed.TotalMicroseconds, most * 0.45, most * 1.01);
    }

    [Fact]
    public void StepWithFewRecords_SaysNothingAboutMore()
    {
        var size = new StepSize(new JobOptions());
        var before = size.Records;

        size.Ended(TimeSpan.FromMilliseconds(1), before - 1);
        Assert.Equal(before, size.Records);
        size.Ended(TimeSpan.FromMilliseconds(1), before);
        Assert.Equal(before * 2, size.Records);
        size.Ended(TimeSpan.FromHours(1), 0);
        Assert.Equal(before / 4, size.Records);
    }

    [Fact]
    public void Shrinking_EndsAtTheFewest()
    {
        var size = new StepSize(new JobOptions());
        while (size.TryShrink())
        {
            Assert.InRange(size.Records, StepSize.Fewest, 1_000);
        }

        Assert.Equal(StepSize.Fewest, size.Records);
        size.Ended(TimeSpan.FromHours(1), StepSize.Fewest);
        Assert.Equal(StepSize.Fewest, size.Records);
    }
}
