using HubExchange.Contracts.Entities;
using HubExchange.Testing;

namespace HubExchange.Contracts.Tests.Hashing;

/// <summary>The canonical record hash, held to the vectors that other languages replay.</summary>
public sealed class HashVectorTests
{
    private static readonly string File = System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "record-hash-v1.json"));

    private static readonly Dictionary<string, HashVector> Corners = VectorFile.Read(File)
        .Where(vector => vector.Name is not ("full" or "minimal"))
        .ToDictionary(vector => vector.Name);

    [Fact]
    public void File_HoldsEveryVector_AsComputed() => Assert.Equal(VectorFile.Write(VectorFile.All(CityEntityTypes.All)), File);

    [Fact]
    public void EveryType_HasItsVectors() => Assert.Equal(
        CityEntityTypes.All.All.SelectMany(type => new[] { (type.Id, "full"), (type.Id, "minimal") }).Order(),
        VectorFile.Read(File).Where(vector => vector.Name is "full" or "minimal").Select(vector => (vector.Type, vector.Name)).Order());

    [Fact]
    public void HashAndKeyedHash_FollowFromTheCanonicalForm()
    {
        foreach (var vector in VectorFile.Read(File))
        {
            var form = Convert.FromHexString(vector.Canonical);
            Assert.Equal(vector.Hash, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(form)[..16]));
            Assert.Equal(vector.Keyed, Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(VectorFile.Secret, form)[..16]));
        }
    }

    [Theory]
    [InlineData("text not in NFC", "text in NFC")]
    [InlineData("code in lower case and full width", "optional number absent")]
    [InlineData("unknown field of a newer contract", "optional number absent")]
    public void EqualContent_HasEqualHashes(string one, string other) => Assert.Equal(Corners[one].Hash, Corners[other].Hash);

    [Theory]
    [InlineData("optional number zero", "optional number absent")]
    [InlineData("negative number", "optional number absent")]
    [InlineData("order of a list", "optional number absent")]
    [InlineData("compatibility ideograph", "text in NFC")]
    public void OtherContent_HasOtherHashes(string one, string other) => Assert.NotEqual(Corners[one].Hash, Corners[other].Hash);
}
