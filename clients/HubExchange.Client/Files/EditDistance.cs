namespace HubExchange.Client.Files;

/// <summary>How many letters must be added, removed or replaced to make one text the other, without regard to case.</summary>
internal static class EditDistance
{
    public static int Between(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        var current = new int[right.Length + 1];
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var isSame = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]);
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (isSame ? 0 : 1));
            }

            (previous, current) = (current, previous);
        }

        return previous[right.Length];
    }
}
