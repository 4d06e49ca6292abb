namespace HubExchange.Server.Query.Filters;

/// <summary>A filter that cannot be read.</summary>
/// <param name="position">Position of the character where it goes wrong, from 1.</param>
/// <param name="zh">What is wrong, in Chinese.</param>
/// <param name="en">What is wrong, in English.</param>
internal sealed class FilterException(int position, string zh, string en) : Exception(en)
{
    public int Position { get; } = position;

    public string Zh { get; } = zh;

    public string En { get; } = en;
}
