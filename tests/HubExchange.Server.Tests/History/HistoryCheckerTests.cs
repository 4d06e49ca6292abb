using HubExchange.Testing.History;

namespace HubExchange.Server.Tests.History;

/// <summary>The checker is checked: it says nothing about a correct hub and finds everything that is done to one.</summary>
public sealed class HistoryCheckerTests
{
    private const int Scenarios = 300;
    private const int MutatedScenarios = 100;

    public static TheoryData<string> Mutants => [.. Mutant.All.Select(mutant => mutant.Name)];

    [Fact]
    public void CorrectHub_IsFoundCorrect()
    {
        for (var seed = 0; seed < Scenarios; seed++)
        {
            var scenario = new Scenario(seed);

            var anomalies = HistoryChecker.Check(PushHistory.Of(scenario.Operations), scenario.Dump);

            Assert.True(anomalies is [], $"Seed {seed}: {string.Join(Environment.NewLine, anomalies)}");
        }
    }

    [Theory]
    [MemberData(nameof(Mutants))]
    public void WrongHub_IsFoundEveryTime(string name)
    {
        var mutant = Mutant.All.Single(mutant => mutant.Name == name);
        var applied = 0;
        for (var seed = 0; seed < MutatedScenarios; seed++)
        {
            var scenario = new Scenario(seed);
            if (!mutant.Apply(scenario, new Random(seed)))
            {
                continue;
            }

            applied++;
            var anomalies = HistoryChecker.Check(PushHistory.Of(scenario.Operations), scenario.Dump);
            Assert.True(
                anomalies.Any(anomaly => mutant.Expected.Contains(anomaly.Kind)),
                $"Seed {seed}: {string.Join(Environment.NewLine, anomalies)}");
        }

        Assert.True(applied >= MutatedScenarios / 10, $"applied to {applied} scenarios");
    }

    [Fact]
    public void EveryKindOfAnomaly_HasAMutant() => Assert.Equal(
        Enum.GetValues<AnomalyKind>().Order(), Mutant.All.SelectMany(mutant => mutant.Expected).Distinct().Order());

    [Fact]
    public void RecordWrittenByTwoStreams_IsNotJudged()
    {
        var hub = new ModelHub();
        foreach (var stream in new[] { "one", "two" })
        {
            var connection = hub.Open("ND-1", stream);
            connection.Invoke(1, [new HistoryChange("key", stream, stream)]);
            connection.Commit([new HistoryChange("key", stream, stream)]);
        }

        Assert.Throws<ArgumentException>(() => HistoryChecker.Check(PushHistory.Of(hub.Operations), hub.Dump()));
    }

    [Fact]
    public void History_IsTheSameAfterWritingAndReading()
    {
        var scenario = new Scenario(1);
        using var text = new StringWriter();
        PushHistory.Of(scenario.Operations).Write(text);
        using var lines = new StringReader(text.ToString());

        var read = PushHistory.Read(lines);

        Assert.Equal(scenario.Operations.Count, read.Operations.Count);
        using var again = new StringWriter();
        read.Write(again);
        Assert.Equal(text.ToString(), again.ToString());
        Assert.Empty(HistoryChecker.Check(read, scenario.Dump));
    }
}
