namespace HubExchange.Contracts.Reconciliation;

/// <summary>A sum modulo 2^256, least significant word first.</summary>
internal readonly record struct UInt256(ulong Word0, ulong Word1, ulong Word2, ulong Word3)
{
    public static UInt256 operator +(UInt256 left, UInt256 right)
    {
        var carry = 0UL;
        return new(
            Add(left.Word0, right.Word0, ref carry),
            Add(left.Word1, right.Word1, ref carry),
            Add(left.Word2, right.Word2, ref carry),
            Add(left.Word3, right.Word3, ref carry));
    }

    public static UInt256 operator -(UInt256 left, UInt256 right) =>
        left + new UInt256(~right.Word0, ~right.Word1, ~right.Word2, ~right.Word3) + new UInt256(1, 0, 0, 0);

    private static ulong Add(ulong left, ulong right, ref ulong carry)
    {
        var sum = left + right;
        var first = sum < left ? 1UL : 0UL;
        var all = sum + carry;
        carry = first + (all < sum ? 1UL : 0UL);
        return all;
    }
}
