using HubExchange.Enterprise.V1;
using HubExchange.Platform.V1;
using HubExchange.Region.V1;
using HubExchange.Simulator.Generation;
using HubExchange.Simulator.Words;

namespace HubExchange.Simulator.Systems;

/// <summary>创新平台体系: R&amp;D bodies with leader, team and direction, their evaluation, and the lists of firms above scale.</summary>
internal sealed class PlatformGenerator(CityDraft city)
{
    private const int Evaluations = 220;
    private const int AboveScale = 860;
    private const int AboveScaleReserve = 60;

    private static readonly (RdInstitutionType Type, string Name, Level Level, int Count, bool IsNew)[] Kinds =
    [
        (RdInstitutionType.JointInnovationCentre, "企校联合创新中心", Level.Provincial, 16, false),
        (RdInstitutionType.JointInnovationCentre, "企校联合创新中心", Level.Provincial, 22, true),
        (RdInstitutionType.JointInnovationCentre, "企校联合创新中心", Level.City, 62, true),
        (RdInstitutionType.EnterpriseBody, "研发中心", Level.Enterprise, 110, false),
        (RdInstitutionType.EnterpriseTechnologyCentre, "企业技术中心", Level.Provincial, 20, false),
        (RdInstitutionType.EngineeringCentre, "工程技术研究中心", Level.Provincial, 16, false),
        (RdInstitutionType.KeyLaboratory, "重点实验室", Level.City, 3, true),
        (RdInstitutionType.InnovationCentre, "技术创新中心", Level.City, 8, false),
        (RdInstitutionType.IndustryInstitute, "产业技术研究院", Level.City, 2, true),
        (RdInstitutionType.IndustryInstitute, "产业技术研究院", Level.Provincial, 2, true),
        (RdInstitutionType.NewBody, "新型研发机构", Level.City, 10, false),
        (RdInstitutionType.ExpertWorkstation, "专家(院士)工作站", Level.Provincial, 8, false),
        (RdInstitutionType.RuralBase, "乡村振兴科技基地", Level.City, 4, false),
    ];

    private readonly Prng _random = city.Random("platform");

    public void GenerateBodies()
    {
        // A firm that hosts a body has people of its own before the body names its leader.
        var hosts = new Queue<Firm>(_random.Sample(city.Enterprises, city.Enterprises.Count));
        var serial = 0;
        foreach (var (type, name, level, count, isNew) in Kinds)
        {
            for (var i = city.Scaled(count); i > 0 && hosts.TryDequeue(out var host); i--)
            {
                AddBody(Text.Invariant($"RD-{host.Unit.Id}-{++serial:D5}"), type, name, level, isNew, host);
            }
        }
    }

    public void GenerateRest()
    {
        AddEvaluations();
        AddMembership();
        AddReserve();
    }

    private void AddBody(string id, RdInstitutionType type, string name, Level level, bool isNew, Firm host)
    {
        var approved = isNew ? _random.Day(city.Year) : _random.Day(new DateOnly(city.Year - 6, 1, 1), new DateOnly(city.Year - 1, 12, 31));
        var teamId = "TM-" + id[3..];
        var leader = new Person(SyntheticCode.PersonPid(city.Seed, city.People.Count), host);
        city.People.Add(leader);
        city.Teams.Add((teamId, host));
        city.Bodies.Add(new Body(id, type, level, host));
        var record = new RdInstitution
        {
            RdId = id,
            Name = host.Name + name,
            Type = type,
            Level = level,
            HostUscc = host.Uscc,
            Field = host.Industry.Field,
            MainDirection = Phrases.Direction(host.Industry, _random),
            LeaderPid = leader.Pid,
            TeamId = teamId,
            RdAreaM2 = Text.Of(_random.Between(120, 6_000)),
            EquipmentValueFen = 100L * 10_000 * _random.Between(50, 4_000),
            StaffRd = _random.Between(8, 120),
            ApprovedOn = Text.Of(approved),
            ApprovalNo = level == Level.Enterprise ? "" : Text.Invariant($"黄科技发〔{approved.Year}〕{_random.Between(1, 80)}号"),
            ApprovalAuthority = level == Level.Provincial ? "湖北省科技厅" : level == Level.Enterprise ? host.Name : "黄石市科学技术局",
            BuildPeriod = "两年",
            State = isNew ? RdInstitutionState.Filed : RdInstitutionState.Operating,
            Country = "CN",
        };
        if (type == RdInstitutionType.JointInnovationCentre)
        {
            record.PartnerUsccs.Add(_random.Sample(city.Institutes, _random.Between(1, 2)).Select(institute => institute.Uscc));
            if (isNew)
            {
                city.Tally.Add(level == Level.Provincial ? "HS21-210" : "HS21-211", host.Unit, approved);
            }
        }

        city.Add(host.Node, record);
    }

    private void AddEvaluations()
    {
        string[] criteria = ["科研实施条件", "研究开发", "成果转化", "人才聚集", "产业孵化"];
        foreach (var body in _random.Sample(city.Bodies, city.Scaled(Evaluations)))
        {
            var scores = criteria.Select(criterion => (Criterion: criterion, Score: _random.Between(100, 200) / 10m)).ToList();
            var total = scores.Sum(score => score.Score);
            city.Add(CityNodes.Center, new PlatformEvaluation
            {
                RdId = body.Id,
                Year = city.Year,
                Round = 1,
                HostUscc = body.Host.Uscc,
                Criteria =
                {
                    scores.Select(score => new CriterionScore { Criterion = score.Criterion, Score = Text.Of(score.Score), MaxScore = "20" }),
                },
                TotalScore = Text.Of(total),
                Result = total switch
                {
                    >= 85 => EvaluationResult.Excellent,
                    >= 75 => EvaluationResult.Good,
                    >= 60 => EvaluationResult.Passed,
                    _ => EvaluationResult.Rectify,
                },
                Grade = total >= 85 ? EvaluationGrade.A : total >= 70 ? EvaluationGrade.B : EvaluationGrade.C,
                RewardOrPenalty = total >= 85 ? "给予绩效奖补" : "",
                EvaluatedOn = Text.Of(new DateOnly(city.Year, 10, 20)),
            });
        }
    }

    private void AddMembership()
    {
        var large = city.Enterprises.OrderByDescending(firm => firm.Staff).ThenBy(firm => firm.Uscc, StringComparer.Ordinal)
            .Take(city.Scaled(AboveScale * 5 / 4)).ToList();
        foreach (var firm in _random.Sample(large, city.Scaled(AboveScale)))
        {
            var section = Contracts.Validation.Formats.IndustryClass.SectionOf(firm.Industry.Code)!.Value.ToString();
            var isNew = _random.Chance(9);
            var entered = new DateOnly(isNew ? city.Year : city.Year - _random.Between(1, 9), _random.Between(1, 12), 1);
            var hasLeft = !isNew && _random.Chance(4);
            city.Add(CityNodes.Statistics, new AboveScaleMembership
            {
                Uscc = firm.Uscc,
                EnteredOn = Text.Of(entered),
                Section = section,
                LeftOn = hasLeft ? Text.Of(new DateOnly(city.Year, _random.Between(1, 12), 1)) : "",
                Source = "统计名录库",
                State = hasLeft ? AboveScaleState.Exited : AboveScaleState.Entered,
            });
            if (isNew && section == "M")
            {
                city.Tally.Add("HS21-208", firm.Unit, entered);
            }
        }
    }

    private void AddReserve()
    {
        var services = city.Enterprises.Where(firm => firm.Industry.Code.StartsWith('7') && firm.Staff < 100).ToList();
        foreach (var firm in _random.Sample(services, city.Scaled(AboveScaleReserve)))
        {
            city.Add(firm.Node, new AboveScaleReserve
            {
                Uscc = firm.Uscc,
                ListedOn = Text.Of(_random.Day(city.Year)),
                Section = Contracts.Validation.Formats.IndustryClass.SectionOf(firm.Industry.Code)!.Value.ToString(),
                RevenueBand = _random.Pick([RevenueBand.From5M, RevenueBand.From10M]),
                Gap = "年营业收入距入库标准尚有差距",
                Coach = $"{firm.Unit.Name}科技服务中心",
                State = _random.Pick([AboveScaleState.Reserve, AboveScaleState.Reserve, AboveScaleState.Applied]),
            });
        }
    }
}
