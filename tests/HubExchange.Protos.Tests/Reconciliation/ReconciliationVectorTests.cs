using HubExchange.Testing;

namespace HubExchange.Contracts.Tests.Reconciliation;

/// <summary>The wire format of set reconciliation, held to the vectors that other languages replay.</summary>
public sealed class ReconciliationVectorTests
{
    [Fact]
    public void File_HoldsEveryVector_AsComputed() => Assert.Equal(
        ReconciliationVectors.Write(), File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "reconciliation-v1.json")));
}
