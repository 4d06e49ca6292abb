using System.Text;
using HubExchange.Contracts.Hashing;

namespace HubExchange.Contracts.Tests.Hashing;

/// <summary>The short way for common characters gives what Unicode NFC gives.</summary>
public sealed class CanonicalTextTests
{
    // Marks and vowels that join with what stands before them, and characters that are common in records.
    private const string Followers = "a中(“\u0300\u0301\u0308\u0327\u0338\u3099\u309A\u1161\u11A8\u302A";

    [Fact]
    public void Of_IsNfc_ForEveryCharacter_AndWhateverFollowsIt()
    {
        for (var c = 0; c < '\uFFFE'; c++)
        {
            if (char.IsSurrogate((char)c))
            {
                continue;
            }

            AssertNfc($"{(char)c}");
            foreach (var follower in Followers)
            {
                AssertNfc($"中{(char)c}{follower}");
                AssertNfc($"{(char)c}中{follower}{(char)c}");
            }
        }
    }

    [Fact]
    public void Of_ReturnsTheSameText_WhenNothingIsToDo()
    {
        const string name = "黄石鑫源(湖北)铜业有限公司“特钢”№·é，！";

        Assert.Same(name, CanonicalText.Of(name));
    }

    [Fact]
    public void Of_RefusesHalfAPair() => Assert.Throws<ArgumentException>(() => CanonicalText.Of("中\uD800"));

    private static void AssertNfc(string text) =>
        Assert.True(string.Equals(text.Normalize(NormalizationForm.FormC), CanonicalText.Of(text), StringComparison.Ordinal), $"U+{(int)text[0]:X4} {text}");
}
