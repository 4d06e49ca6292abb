namespace HubExchange.EndToEnd;

/// <summary>One hub with its sources for all tests of a class, which run one after the other.</summary>
public sealed class SoakFixture : IAsyncLifetime
{
    internal SoakRounds Rounds { get; private set; } = null!;

    /// <inheritdoc />
    public async ValueTask InitializeAsync() => Rounds = await SoakRounds.StartAsync(SoakTests.Seed);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Rounds.DisposeAsync();
}
