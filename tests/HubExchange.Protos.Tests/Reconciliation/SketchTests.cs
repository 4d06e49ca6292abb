using HubExchange.Contracts.Reconciliation;

namespace HubExchange.Contracts.Tests.Reconciliation;

/// <summary>Coded symbols against an oracle that knows the difference: exactly that or undecodable, never anything else.</summary>
public sealed class SketchTests
{
    private static readonly ElementKey Key = new(new byte[ElementKey.SecretSize], "enterprise.organization");

    // A check of 16 bits: collisions are daily bread.
    private static readonly ElementKey WeakKey = new(new byte[ElementKey.SecretSize], "enterprise.organization", 0xffff);

    [Fact]
    public void RandomPairs_GiveExactlyTheDifference_OrNothing()
    {
        var random = new Random(6);
        var decoded = 0;
        for (var round = 0; round < 10_000; round++)
        {
            // Often too few cells, and one time in four with colliding checks.
            var key = round % 4 == 0 ? WeakKey : Key;
            var pair = new Pair(random, random.Next(0, 60), random.Next(0, 12), random.Next(0, 12), (Shape)(round % 6), key);
            decoded += pair.Check(key, random.Next(0, 48)) ? 1 : 0;
        }

        Assert.InRange(decoded, 1_000, 9_999);
    }

    public static MatrixTheoryData<Shape, bool> Adversaries => new(Enum.GetValues<Shape>(), [false, true]);

    [Theory]
    [MemberData(nameof(Adversaries))]
    public void EveryDifference_OfAdversarialSets_IsFoundExactlyOrNotAtAll(Shape shape, bool collides)
    {
        // d from nothing to everything, on either side and on both.
        const int N = 120;
        var random = new Random((int)shape);
        var (key, cases, decoded) = (collides ? WeakKey : Key, 0, 0);
        for (var differences = 0; differences <= N; differences++)
        {
            foreach (var theirs in new[] { 0, differences / 2, differences })
            {
                var pair = new Pair(random, N - differences, theirs, differences - theirs, shape, key);
                foreach (var cells in new[] { 8, differences + 4, (2 * differences) + 32 })
                {
                    cases++;
                    decoded += pair.Check(key, cells) ? 1 : 0;
                }
            }
        }

        Assert.Equal((N + 1) * 9, cases);
        Assert.InRange(decoded, cases / 4, cases - 1);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(0, 0, 1)]
    [InlineData(1_000, 0, 0)]
    [InlineData(1_000, 1, 1)]
    [InlineData(1_000, 1_000, 0)]
    [InlineData(0, 1_000, 1_000)]
    [InlineData(5_000, 37, 411)]
    public void EnoughCells_GiveTheDifference(int common, int onlyTheirs, int onlyOurs)
    {
        var random = new Random(common + onlyTheirs);
        for (var round = 0; round < 20; round++)
        {
            Assert.True(new Pair(random, common, onlyTheirs, onlyOurs).Check(Key, 32 + (2 * (onlyTheirs + onlyOurs))));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(60)]
    [InlineData(100)]
    [InlineData(1_000)]
    public void FirstCells_AreEnoughNearlyAlways(int updates)
    {
        const int Rounds = 300;
        var random = new Random(updates);
        var cells = (int)Math.Max(32, SketchDecoder.CellsFor(2 * updates));

        var enough = Enumerable.Range(0, Rounds).Count(_ => new Pair(random, 50, updates, updates).Check(Key, cells));

        // The others cost one more round trip, never a wrong answer.
        Assert.InRange(enough, Rounds * 95 / 100, Rounds);
    }

    [Fact]
    public void EqualPrefixesAndContents_MakeNoDifference()
    {
        // Keys with one long common prefix, all with the same content.
        var hash = new byte[16];
        var theirs = Enumerable.Range(0, 3_000).Select(number => Key.Of($"{new string('0', 600)}{number}", hash)).ToArray();
        var ours = theirs.AsSpan(7..);

        var difference = Decode(Key, theirs, ours.ToArray(), 64);

        Assert.NotNull(difference);
        Assert.Equal(theirs[..7].ToHashSet(), difference.OnlyTheirs.ToHashSet());
        Assert.Empty(difference.OnlyOurs);
    }

    [Fact]
    public void CollidingChecks_NeverGiveAWrongAnswer()
    {
        var random = new Random(16);
        var refused = 0;
        for (var round = 0; round < 400; round++)
        {
            refused += new Pair(random, 500, 200, 200).Check(WeakKey, 1_000) ? 0 : 1;
        }

        Assert.InRange(refused, 0, 399);
    }

    [Fact]
    public void OnlyTheKeyOfTheSource_ReadsItsSymbols()
    {
        var other = new ElementKey([.. Enumerable.Repeat((byte)1, ElementKey.SecretSize)], "enterprise.organization");
        var hash = new byte[16];

        Assert.NotEqual(Key.Of("1", hash), other.Of("1", hash));
        Assert.NotEqual(Key.Of("1", hash), new ElementKey(new byte[ElementKey.SecretSize], "enterprise.carrier").Of("1", hash));
        var theirs = SetOf(Key, [Key.Of("1", hash)], 64);
        var ours = SetOf(Key, [Key.Of("2", hash)], 64);
        Assert.NotNull(SketchDecoder.Decode(Key, theirs.Cells, ours.Cells, theirs.Digest, ours.Digest));
        Assert.Null(SketchDecoder.Decode(other, theirs.Cells, ours.Cells, theirs.Digest, ours.Digest));
    }

    [Fact]
    public void ChangesOneByOne_LeadWhereTheWholeSetLeads()
    {
        var random = new Random(3);
        var pair = new Pair(random, 300, 100, 100);
        var kept = SetOf(Key, pair.Ours, 200);
        foreach (var element in pair.OnlyOurs)
        {
            kept.Remove(element);
        }

        foreach (var element in pair.OnlyTheirs)
        {
            kept.Add(element);
        }

        var whole = SetOf(Key, pair.Theirs, 200);
        Assert.Equal(whole.Digest, kept.Digest);
        Assert.Equal(whole.Cells, kept.Cells);
        Assert.Equal(whole.Digest, SetDigest.Read(whole.Digest.Count, whole.Digest.ToArray()));
        Assert.Equal(whole.Cells.ToArray(), CellCodec.Read(CellCodec.Write(whole.Cells)));
    }

    [Theory]
    [InlineData(100, 1.5)]
    [InlineData(1_000, 1.45)]
    [InlineData(10_000, 1.45)]
    public void Overhead_IsThatOfTheAlgorithm(int differences, double most)
    {
        var random = new Random(differences);
        var rounds = 200_000 / differences / 10;
        double cells = 0;
        for (var round = 0; round < rounds; round++)
        {
            cells += CellsNeeded(new Pair(random, 0, differences / 2, differences / 2), differences);
        }

        Assert.InRange(cells / rounds / differences, 1.2, most);
    }

    [Theory]
    [InlineData(200, 0)]
    [InlineData(100, 100)]
    [InlineData(5_000, 5_000)]
    [InlineData(50, 9_000)]
    public void Estimate_IsOfTheRightSize(int onlyTheirs, int onlyOurs)
    {
        var pair = new Pair(new Random(1), 10_000, onlyTheirs, onlyOurs);

        var estimate = SketchDecoder.Estimate(Sketch.Encode(Key, pair.Theirs, 64), Sketch.Encode(Key, pair.Ours, 64));

        Assert.InRange(estimate, (onlyTheirs + onlyOurs) / 2, (onlyTheirs + onlyOurs) * 2);
    }

    [Fact]
    public void CutOffCells_AreRefused() => Assert.Throws<FormatException>(
        () => CellCodec.Read(CellCodec.Write(SetOf(Key, new Pair(new Random(1), 5, 0, 0).Ours, 4).Cells).AsSpan()[..^1]));

    private static int CellsNeeded(Pair pair, int differences)
    {
        var theirs = SetOf(Key, pair.Theirs, differences * 3);
        var ours = SetOf(Key, pair.Ours, differences * 3);
        int low = 1, high = differences * 3;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (SketchDecoder.Decode(Key, theirs.Cells[..middle], ours.Cells[..middle], theirs.Digest, ours.Digest) is null)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return high;
    }

    private static Sketch SetOf(ElementKey key, IEnumerable<Element> elements, int cells)
    {
        var sketch = new Sketch(key, cells);
        foreach (var element in elements)
        {
            sketch.Add(element);
        }

        return sketch;
    }

    private static SetDifference? Decode(ElementKey key, Element[] theirs, Element[] ours, int cells)
    {
        var one = SetOf(key, theirs, cells);
        var other = SetOf(key, ours, cells);
        return SketchDecoder.Decode(key, one.Cells, other.Cells, one.Digest, other.Digest);
    }

    /// <summary>Two sets of which everything is known.</summary>
    private sealed class Pair(Random random, int common, int onlyTheirs, int onlyOurs, Shape shape = Shape.Random, ElementKey? key = null)
    {
        private readonly Element[] _common = Elements(random, common, 0, shape, key);

        public Element[] OnlyTheirs { get; } = Elements(random, onlyTheirs, common, shape, key);

        // Of updates both sides have the same keys.
        public Element[] OnlyOurs { get; } = Elements(random, onlyOurs, shape == Shape.Updates ? common : common + onlyTheirs, shape, key);

        public Element[] Theirs => [.. _common, .. OnlyTheirs];

        public Element[] Ours => [.. _common, .. OnlyOurs];

        /// <summary>Decodes and compares with what is known.</summary>
        /// <returns>Whether it was decodable.</returns>
        public bool Check(ElementKey key, int cells)
        {
            var difference = Decode(key, Theirs, Ours, cells);
            if (difference is null)
            {
                return false;
            }

            Assert.Equal(OnlyTheirs.Length, difference.OnlyTheirs.Count);
            Assert.Equal(OnlyOurs.Length, difference.OnlyOurs.Count);
            Assert.True(OnlyTheirs.ToHashSet().SetEquals(difference.OnlyTheirs));
            Assert.True(OnlyOurs.ToHashSet().SetEquals(difference.OnlyOurs));
            return true;
        }

        private static Element[] Elements(Random random, int count, int first, Shape shape, ElementKey? key) => [.. Enumerable.Range(first, count).Select(number => shape switch
        {
            Shape.EqualPrefixes => key!.Of($"{new string('0', 180)}{number}", Bytes(random)),
            Shape.EqualContents => key!.Of($"{number}", new byte[16]),
            Shape.Updates => key!.Of($"{number}", Bytes(random)),
            Shape.Neighbours => new Element((ulong)number, 0),
            Shape.EqualTags => new Element(7, (ulong)number),
            _ => new Element((ulong)random.NextInt64(), (ulong)random.NextInt64()),
        })];

        private static byte[] Bytes(Random random)
        {
            var bytes = new byte[16];
            random.NextBytes(bytes);
            return bytes;
        }
    }

    /// <summary>What the sets are made of.</summary>
    public enum Shape
    {
        /// <summary>Anything.</summary>
        Random,

        /// <summary>Keys with one long common prefix.</summary>
        EqualPrefixes,

        /// <summary>One content, all timestamps the same; only keys differ.</summary>
        EqualContents,

        /// <summary>Both sides have the same keys with other contents.</summary>
        Updates,

        /// <summary>Elements that no key has scattered: one bit apart.</summary>
        Neighbours,

        /// <summary>Elements that share their first 64 bits.</summary>
        EqualTags,
    }
}
