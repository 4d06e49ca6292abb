using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace HubExchange.Contracts.Reconciliation;

/// <summary>
/// The keyed functions of one source and type, derived from the secret that hub and source share: the element of a record, the check of
/// an element, its share of the digest. Enterprises choose what is in their records; without the secret nobody can choose elements.
/// </summary>
public sealed class ElementKey
{
    /// <summary>Bytes of a secret.</summary>
    public const int SecretSize = 32;

    // Longer keys than this are hashed in memory of their own.
    private const int StackLimit = 512;

    private readonly byte[] _secret;
    private readonly byte[] _heading;
    private readonly SipHash _check;
    private readonly SipHash _digest;
    private readonly SipHash _place;
    private readonly ulong _mask;

    // The secret is scheduled once. What nobody uses at the moment; a second thread makes its own.
    private IncrementalHash? _spare;

    /// <param name="secret">The source's secret, 32 bytes.</param>
    /// <param name="type">Type id.</param>
    public ElementKey(ReadOnlySpan<byte> secret, string type)
        : this(secret, type, ulong.MaxValue)
    {
    }

    /// <summary>With a weakened check, so that tests see what happens when checks collide.</summary>
    internal ElementKey(ReadOnlySpan<byte> secret, string type, ulong checkMask)
    {
        _secret = secret.ToArray();
        _heading = Encoding.UTF8.GetBytes($"hubexchange.element.v1\n{type}\n");
        _check = Derive("hubexchange.check.v1");
        _digest = Derive("hubexchange.digest.v1");
        _place = Derive("hubexchange.place.v1");
        _mask = checkMask;
    }

    /// <summary>The element of a record.</summary>
    /// <param name="key">Key of the record in canonical form.</param>
    /// <param name="hash">Record hash v1 of its content.</param>
    public Element Of(string key, ReadOnlySpan<byte> hash)
    {
        var most = _heading.Length + hash.Length + Encoding.UTF8.GetMaxByteCount(key.Length);
        var message = most <= StackLimit ? stackalloc byte[StackLimit] : new byte[most];
        _heading.CopyTo(message);
        hash.CopyTo(message[_heading.Length..]);
        var length = _heading.Length + hash.Length;
        length += Encoding.UTF8.GetBytes(key, message[length..]);
        Span<byte> code = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var mac = Interlocked.Exchange(ref _spare, null) ?? IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
        mac.AppendData(message[..length]);
        mac.GetHashAndReset(code);
        Volatile.Write(ref _spare, mac);
        return Element.Read(code);
    }

    /// <summary>
    /// Names the key of a record in 64 bits, for tables in memory. Without the secret nobody can choose keys that share them, and by chance
    /// two of a million do once in forty million times.
    /// </summary>
    /// <param name="key">Key of the record in canonical form.</param>
    public ulong PlaceOf(string key)
    {
        var most = Encoding.UTF8.GetMaxByteCount(key.Length);
        var bytes = most <= StackLimit ? stackalloc byte[StackLimit] : new byte[most];
        return _place.Of(bytes[..Encoding.UTF8.GetBytes(key, bytes)]);
    }

    /// <summary>The check of an element. Its low half goes over the wire; all of it says to which cells the element belongs.</summary>
    internal ulong CheckOf(Element element) => _check.Of(element, 0) & _mask;

    /// <summary>The element's share of a digest.</summary>
    internal UInt256 ShareOf(Element element) =>
        new(_digest.Of(element, 0), _digest.Of(element, 1), _digest.Of(element, 2), _digest.Of(element, 3));

    private SipHash Derive(string use)
    {
        Span<byte> key = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(use), key);
        return new SipHash(
            BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key[sizeof(ulong)..]));
    }
}
