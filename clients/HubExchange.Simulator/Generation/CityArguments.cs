using System.CommandLine;

namespace HubExchange.Simulator.Generation;

/// <summary>Which city a command is about; the same arguments make the same city.</summary>
internal sealed class CityArguments
{
    private readonly Option<long> _seed = new("--seed") { Description = "随机种子 Seed", DefaultValueFactory = _ => new CityOptions().Seed };

    private readonly Option<double> _scale = new("--scale") { Description = "规模,1 为一个地级市 Size; 1 is a city", DefaultValueFactory = _ => new CityOptions().Scale };

    private readonly Option<double> _dirty = new("--dirty") { Description = "错误记录的比例 Share of faulty records", DefaultValueFactory = _ => new CityOptions().DirtyShare };

    private readonly Option<int> _year = new("--year") { Description = "数据年度 Year of the records", DefaultValueFactory = _ => new CityOptions().Year };

    public void AddTo(Command command)
    {
        command.Add(_seed);
        command.Add(_scale);
        command.Add(_dirty);
        command.Add(_year);
    }

    public CityOptions Read(ParseResult parsed) => new()
    {
        Seed = parsed.GetValue(_seed),
        Scale = parsed.GetValue(_scale),
        DirtyShare = parsed.GetValue(_dirty),
        Year = parsed.GetValue(_year),
    };
}
