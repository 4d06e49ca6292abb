using System.Security.Cryptography;
using HubExchange.Client.Reconciliation;
using HubExchange.Contracts.Reconciliation;

namespace HubExchange.Client.Tests.Reconciliation;

/// <summary>A file of what a source remembers comes back as it was written, or not at all.</summary>
public sealed class StateFileTests : IDisposable
{
    private static readonly AttendedState State = new(
        "ND-420281\nsdk",
        7,
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        [
            new("enterprise.organization", "17", [new("XT01", new HeldContent(new Element(1, 2), default, null)), new("企业二", new HeldContent(new Element(3, 4), default, "2025-06-01"))]),
            new("region.zone", "", []),
        ]);

    private readonly string _folder = Directory.CreateTempSubdirectory("hubexchange-state-").FullName;

    private string FilePath => Path.Combine(_folder, "state");

    [Fact]
    public void State_ComesBack_AndReplacesTheOneBefore()
    {
        StateFile.Write(FilePath, State with { Sequence = 6 });
        File.WriteAllText(FilePath + ".part", "what a crash left");

        StateFile.Write(FilePath, State);

        var read = StateFile.Read(FilePath)!;
        Assert.Equal((State.Owner, State.Sequence, State.ReadAt), (read.Owner, read.Sequence, read.ReadAt));
        Assert.Equal(State.Types.Select(type => (type.Type, type.Stamp)), read.Types.Select(type => (type.Type, type.Stamp)));
        Assert.Equal(State.Types.SelectMany(type => type.Records), read.Types.SelectMany(type => type.Records));
        Assert.Equal([FilePath], Directory.GetFiles(_folder));
    }

    [Fact]
    public void EveryTruncation_IsRefused()
    {
        StateFile.Write(FilePath, State);
        var bytes = File.ReadAllBytes(FilePath);
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(FilePath, bytes[..length]);
            Assert.Null(StateFile.Read(FilePath));
        }
    }

    [Fact]
    public void EveryAlteredByte_IsRefused()
    {
        StateFile.Write(FilePath, State);
        var bytes = File.ReadAllBytes(FilePath);
        for (var place = 0; place < bytes.Length; place++)
        {
            bytes[place] ^= 1;
            File.WriteAllBytes(FilePath, bytes);
            Assert.Null(StateFile.Read(FilePath));
            bytes[place] ^= 1;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void OtherMarkOrVersion_IsRefused_ThoughItIsWhole(int place)
    {
        StateFile.Write(FilePath, State);
        var content = File.ReadAllBytes(FilePath)[..^SHA256.HashSizeInBytes];
        content[place]++;
        File.WriteAllBytes(FilePath, [.. content, .. SHA256.HashData(content)]);

        Assert.Null(StateFile.Read(FilePath));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
