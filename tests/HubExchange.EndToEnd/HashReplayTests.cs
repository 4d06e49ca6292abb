using HubExchange.Contracts.Entities;
using HubExchange.Testing;

namespace HubExchange.EndToEnd;

/// <summary>The record hash is defined for every language: a second implementation, made from the definition alone, agrees on every vector.</summary>
public sealed class HashReplayTests
{
    [Fact]
    public async Task Python_AgreesOnEveryVector()
    {
        var python = await Prerequisite.PythonAsync("google.protobuf", "python3-protobuf");
        var vectors = Programs.Beside("record-hash-v1.json");
        var set = Path.GetTempFileName();
        try
        {
            DescriptorSet.Write(set, CityEntityTypes.All.All.Select(type => type.Message.File));

            var replay = await Programs.RunAsync(python, Path.GetTempPath(), [Programs.Beside("python", "record_hash.py"), set, vectors]);

            Assert.True(replay.ExitCode == 0, replay.StandardOutput + replay.StandardError);
            Assert.Equal($"{VectorFile.Read(await File.ReadAllTextAsync(vectors)).Count} vectors agree", replay.StandardOutput.Trim());
        }
        finally
        {
            File.Delete(set);
        }
    }
}
