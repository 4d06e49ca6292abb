using System.Runtime.CompilerServices;

namespace HubExchange.Contracts.Reconciliation;

/// <summary>
/// The cells of an element, ascending from cell 0 without end; cell i holds it with a probability near 1 / (1 + i/2), which is what makes
/// coded symbols rateless (Yang, Gilad, Alizadeh: Practical Rateless Set Reconciliation, SIGCOMM 2024).
/// </summary>
/// <remarks>
/// From cell i, the chance that the next one is not before cell j is about ((i + 1.5) / (j + 1.5))². So the next cell is
/// (i + 1.5) / √u - 1.5 for a uniform u. The root of a uniform number has the distribution of the larger of two uniform numbers:
/// taking that instead leaves integers only, the same in every language.
/// </remarks>
internal struct CellMapping(ulong check)
{
    private const ulong One = 1UL << 32;

    private ulong _state = check;

    /// <summary>Number of the cell.</summary>
    public uint Index { get; private set; }

    /// <summary>
    /// Goes to the next cell; <see cref="uint.MaxValue"/> stands for all that nobody asks for.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MoveNext()
    {
        // SplitMix64.
        _state += 0x9e3779b97f4a7c15UL;
        var random = _state;
        random = (random ^ (random >> 30)) * 0xbf58476d1ce4e5b9UL;
        random = (random ^ (random >> 27)) * 0x94d049bb133111ebUL;
        random ^= random >> 31;

        ulong larger = Math.Max(1u, Math.Max((uint)random, (uint)(random >> 32)));
        var numerator = ((2UL * Index) + 3) * (One - larger);
        var next = Index + ((numerator + (2 * larger) - 1) / (2 * larger));
        Index = Index < Sketch.MaxCells && next < Sketch.MaxCells ? (uint)next : uint.MaxValue;
    }
}
