using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace HubExchange.Contracts.Reconciliation;

/// <summary>SipHash-2-4: a keyed hash of 64 bits that needs nothing but 64-bit additions, rotations and exclusive or.</summary>
internal readonly record struct SipHash(ulong Key0, ulong Key1)
{
    /// <summary>The hash of 17 bytes: an element and one byte that tells uses of a key apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Of(Element element, byte use)
    {
        Begin(out var v0, out var v1, out var v2, out var v3);
        Absorb(ref v0, ref v1, ref v2, ref v3, element.Low);
        Absorb(ref v0, ref v1, ref v2, ref v3, element.High);
        return End(ref v0, ref v1, ref v2, ref v3, (17UL << 56) | use);
    }

    /// <summary>The hash of any bytes.</summary>
    public ulong Of(ReadOnlySpan<byte> bytes)
    {
        Begin(out var v0, out var v1, out var v2, out var v3);
        var rest = bytes;
        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
        {
            Absorb(ref v0, ref v1, ref v2, ref v3, BinaryPrimitives.ReadUInt64LittleEndian(rest));
        }

        var last = (ulong)bytes.Length << 56;
        for (var i = 0; i < rest.Length; i++)
        {
            last |= (ulong)rest[i] << (8 * i);
        }

        return End(ref v0, ref v1, ref v2, ref v3, last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Begin(out ulong v0, out ulong v1, out ulong v2, out ulong v3)
    {
        v0 = Key0 ^ 0x736f6d6570736575UL;
        v1 = Key1 ^ 0x646f72616e646f6dUL;
        v2 = Key0 ^ 0x6c7967656e657261UL;
        v3 = Key1 ^ 0x7465646279746573UL;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong End(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3, ulong last)
    {
        Absorb(ref v0, ref v1, ref v2, ref v3, last);
        v2 ^= 0xff;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Absorb(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3, ulong word)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
