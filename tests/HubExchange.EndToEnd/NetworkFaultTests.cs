namespace HubExchange.EndToEnd;

/// <summary>G1, G2, G3, G8 over lines that are cut, slow, long, deaf, or closed in one direction.</summary>
public sealed class NetworkFaultTests(ITestOutputHelper output)
{
    [Fact]
    public async Task NothingIsLostAndNothingTwice_WhateverTheLineDoes()
    {
        output.WriteLine($"HUBEXCHANGE_SEED={SoakTests.Seed}");
        await using var rounds = await SoakRounds.StartAsync(SoakTests.Seed);
        Fault[] faults =
        [
            Fault.Cut, Fault.Abandon, Fault.HalfClose, Fault.Truncate, Fault.Blackhole, Fault.SlowLine, Fault.LongLine,
            Fault.Truncate, Fault.HalfClose, Fault.Abandon, Fault.Truncate, Fault.Cut,
        ];
        foreach (var part in faults.Chunk(faults.Length / 2))
        {
            Assert.Empty((await rounds.RunAsync(part)).Take(20));
        }
    }
}
