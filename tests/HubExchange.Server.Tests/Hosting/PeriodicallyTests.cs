using HubExchange.Server.Hosting;

namespace HubExchange.Server.Tests.Hosting;

/// <summary>Periodic work ends with the hub, however what it calls says so, and outlives everything else.</summary>
public sealed class PeriodicallyTests
{
    [Fact]
    public async Task WorkThatWrapsItsCancellation_EndsQuietly_WhenTheHubStops()
    {
        using var stopping = new CancellationTokenSource();
        var failures = new List<Exception>();

        await Periodically.RunAsync(TimeSpan.FromHours(1), TimeProvider.System, StopAsync, failures.Add, stopping.Token);

        Assert.Empty(failures);

        async Task StopAsync(CancellationToken cancellationToken)
        {
            await stopping.CancelAsync();
            throw new InvalidOperationException("The scheduler could not start.", new OperationCanceledException(cancellationToken));
        }
    }

    [Fact]
    public async Task WorkThatFails_IsToldAndDoneAgain()
    {
        using var stopping = new CancellationTokenSource();
        var failures = new List<Exception>();
        var turns = 0;

        await Periodically.RunAsync(TimeSpan.FromMilliseconds(1), TimeProvider.System, FailOnceAsync, failures.Add, stopping.Token);

        Assert.Equal("once", Assert.Single(failures).Message);
        Assert.Equal(2, turns);

        Task FailOnceAsync(CancellationToken cancellationToken) =>
            ++turns == 1 ? throw new InvalidOperationException("once") : stopping.CancelAsync();
    }
}
