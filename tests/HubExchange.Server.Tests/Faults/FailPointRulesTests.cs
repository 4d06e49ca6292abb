using System.Diagnostics;
using HubExchange.Server.Faults;
using Npgsql;

namespace HubExchange.Server.Tests.Faults;

/// <summary>What the environment variable for fail points may say. Exits are tested with whole processes.</summary>
public sealed class FailPointRulesTests
{
    [Fact]
    public async Task Rule_ActsAtItsHitOnly()
    {
        var rules = FailPointRules.Parse("batch.locked=throw@2; ack.before=delay:50");

        await rules.HitAsync(FailPoint.BatchLocked);
        await rules.HitAsync(FailPoint.BatchFound);
        await Assert.ThrowsAsync<NpgsqlException>(() => rules.HitAsync(FailPoint.BatchLocked).AsTask());
        await rules.HitAsync(FailPoint.BatchLocked);
        var began = Stopwatch.GetTimestamp();
        await rules.HitAsync(FailPoint.BeforeAck);

        Assert.True(Stopwatch.GetElapsedTime(began).TotalMilliseconds >= 45);
    }

    [Fact]
    public async Task Percent_ActsNowAndThen()
    {
        var rules = FailPointRules.Parse("batch.locked=throw%50");
        var thrown = 0;
        for (var i = 0; i < 1_000; i++)
        {
            try
            {
                await rules.HitAsync(FailPoint.BatchLocked);
            }
            catch (NpgsqlException)
            {
                thrown++;
            }
        }

        Assert.InRange(thrown, 300, 700);
    }

    [Theory]
    [InlineData("batch.locked")]
    [InlineData("batch.locked=")]
    [InlineData("batch.locked=exit:5")]
    [InlineData("batch.locked=delay")]
    [InlineData("batch.locked=delay:")]
    [InlineData("batch.locked=delay:999999")]
    [InlineData("batch.locked=exit@0")]
    [InlineData("batch.locked=exit%0")]
    [InlineData("batch.locked=exit%101")]
    [InlineData("batch.unknown=exit")]
    [InlineData("batch.locked=exit;batch.locked=throw")]
    public void WrongRule_IsRefused_WithTheListOfNamesAndActions(string text)
    {
        var refused = Assert.Throws<FormatException>(() => FailPointRules.Parse(text));

        Assert.All(FailPoint.All, name => Assert.Contains(name, refused.Message, StringComparison.Ordinal));
        Assert.Contains("exit, throw, delay:MILLISECONDS", refused.Message, StringComparison.Ordinal);
    }
}
