using HubExchange.Simulator.Generation;
using HubExchange.Simulator.Words;
using HubExchange.Talent.V1;

namespace HubExchange.Simulator.Systems;

/// <summary>科技人才引育体系: people under pseudonyms, teams and their grading, secondments, training.</summary>
internal sealed class TalentGenerator(CityDraft city)
{
    private const int Talents = 1_500;
    private const int Secondments = 500;
    private const int Trainings = 200;

    private readonly Prng _random = city.Random("talent");

    public void Generate()
    {
        AddTalents();
        AddTeams();
        AddSecondments();
        AddTrainings();
    }

    private void AddTalents()
    {
        var leaders = city.People.Count;
        for (var i = leaders; i < city.Scaled(Talents); i++)
        {
            var employer = _random.Chance(50) ? _random.Pick(city.Institutes) : _random.Pick(city.Enterprises);
            city.People.Add(new Person(SyntheticCode.PersonPid(city.Seed, i), employer));
        }

        for (var i = 0; i < city.People.Count; i++)
        {
            AddTalent(city.People[i], isLeader: i < leaders, i);
        }
    }

    private void AddTalent(Person person, bool isLeader, int index) => city.Add(person.Employer.Node, new Talent.V1.Talent
    {
        PersonPid = person.Pid,
        Name = Names.Person(_random),
        UnitUscc = person.Employer.Uscc,
        TitleLevel = (TitleLevel)_random.Between((int)TitleLevel.Senior, isLeader ? (int)TitleLevel.Intermediate : (int)TitleLevel.None),
        Degree = (Degree)_random.Between((int)Degree.Doctor, (int)Degree.Bachelor),
        TechnologyField = person.Employer.Industry.Field,
        Speciality = Phrases.Direction(person.Employer.Industry, _random),
        TalentClass = isLeader
            ? TalentClass.ResearchLeader
            : _random.Pick([
                TalentClass.ResearchCore, TalentClass.ResearchCore, TalentClass.Practical, TalentClass.YoungScientist,
                TalentClass.HighLevel, TalentClass.Leading]),
        Programme = isLeader && _random.Chance(35) ? "百名科研领头人引育工程" : "",
        Mobile = SyntheticCode.Mobile(_random),
        Email = Text.Invariant($"person{index:D6}@example.cn"),
        BirthYear = city.Year - _random.Between(26, 62),
    });

    private void AddTeams()
    {
        for (var i = 0; i < city.Teams.Count; i++)
        {
            var (teamId, host) = city.Teams[i];
            var title = _random.Weighted(2, 1, 7) switch
            {
                0 => TeamTitle.City,
                1 => TeamTitle.Provincial,
                _ => TeamTitle.None,
            };
            var record = new Team
            {
                TeamId = teamId,
                Name = host.Name[..4] + host.Industry.Name + "创新团队",
                HostUscc = host.Uscc,
                RdId = city.Bodies[i].Id,
                LeaderPid = city.People[i].Pid,
                MemberCount = _random.Between(5, 40),
                Direction = Phrases.Direction(host.Industry, _random),
                Title = title,
                Grade = (TeamGrade)_random.Between((int)TeamGrade.A, (int)TeamGrade.C),
                Programme = _random.Chance(40) ? "百企创新团队三年培育工程" : "",
            };
            if (title != TeamTitle.None)
            {
                record.TitleYear = city.Year - _random.Below(3);
            }

            city.Add(host.Node, record);
            if (i % 3 == 0)
            {
                AddEvaluation(record);
            }
        }
    }

    private void AddEvaluation(Team team) => city.Add(CityNodes.Center, new TeamEvaluation
    {
        TeamId = team.TeamId,
        Year = city.Year,
        HostUscc = team.HostUscc,
        Score = Text.Of(_random.Between(600, 980) / 10m),
        Grade = team.Grade,
        EvaluatedOn = Text.Of(new DateOnly(city.Year, 11, 5)),
        Rectification = team.Grade == TeamGrade.C ? "明确主攻方向,充实核心成员" : "",
    });

    private void AddSecondments()
    {
        var scientists = city.People.Where(person => person.Employer.Unit.Node.Length > 0 && city.Institutes.Contains(person.Employer)).ToList();
        if (scientists.Count == 0)
        {
            scientists = city.People;
        }

        var count = city.Scaled(Secondments);
        for (var i = 0; i < count; i++)
        {
            var role = _random.Weighted(60, 20, 20) switch
            {
                0 => SecondmentRole.Envoy,
                1 => SecondmentRole.DeputyManager,
                _ => SecondmentRole.Adviser,
            };

            // One agreement per person as long as there are enough of them.
            AddSecondment(i + 1, scientists[i % scientists.Count], _random.Pick(city.Enterprises), role, isFirst: i < scientists.Count);
        }
    }

    private void AddSecondment(int serial, Person person, Firm host, SecondmentRole role, bool isFirst)
    {
        var start = _random.Day(new DateOnly(city.Year - 1, 7, 1), new DateOnly(city.Year, 10, 31));
        var end = start.AddYears(1);
        var state = end.Year == city.Year && _random.Chance(60) ? SecondmentState.Ended
            : _random.Chance(15) ? SecondmentState.Appraised : SecondmentState.InService;
        var record = new Secondment
        {
            SecondmentId = Text.Invariant($"PZ{city.Year}-{serial:D5}"),
            PersonPid = person.Pid,
            Role = role,
            HomeUscc = person.Employer.Uscc,
            HostUscc = role == SecondmentRole.Envoy && _random.Chance(30) ? "" : host.Uscc,
            HostDivision = host.Division,
            ReportingUnit = host.Unit.Id,
            AgreementNo = Text.Invariant($"FWXY-{city.Year}-{serial:D5}"),
            StartOn = Text.Of(start),
            EndOn = Text.Of(end),
            State = state,
            Appraisal = state is SecondmentState.Appraised or SecondmentState.Ended
                ? (SecondmentAppraisal)_random.Between((int)SecondmentAppraisal.Excellent, (int)SecondmentAppraisal.Passed)
                : SecondmentAppraisal.Unspecified,
            SubsidyFen = 100L * 5_000,
        };
        for (var i = _random.Below(4); i > 0; i--)
        {
            record.Logs.Add(new SecondmentLog
            {
                ServedOn = Text.Of(start.AddDays(_random.Between(5, 120))),
                Content = _random.Pick(["现场诊断生产工艺问题", "指导研发项目申报", "开展技术培训", "对接高校科研团队"]),
                Hours = _random.Between(2, 8),
            });
        }

        city.Add(host.Node, record);
        if (isFirst)
        {
            var counted = start.Year == city.Year ? start : new DateOnly(city.Year, 1, 1);
            city.Tally.Add(role == SecondmentRole.Envoy ? "HS21-502" : "HS21-501", host.Unit, counted);
        }
    }

    private void AddTrainings()
    {
        var count = city.Scaled(Trainings);
        for (var i = 0; i < count; i++)
        {
            var person = _random.Pick(city.People);
            var round = _random.Between(1, 6);
            var start = new DateOnly(city.Year, round * 2, 8);
            city.Add(person.Employer.Node, new TrainingParticipation
            {
                ParticipationId = Text.Invariant($"PX{city.Year}-{i + 1:D5}"),
                Programme = _random.Pick(["科技管理干部培训", "技术经纪人培训", "青年科学家研修", "高企申报辅导培训"]),
                Round = Text.Invariant($"第{round}期"),
                ParticipantPid = person.Pid,
                UnitUscc = person.Employer.Uscc,
                StartOn = Text.Of(start),
                EndOn = Text.Of(start.AddDays(4)),
                Hours = 32,
                Result = _random.Pick([TrainingResult.Completed, TrainingResult.Completed, TrainingResult.Excellent, TrainingResult.NotCompleted]),
            });
        }
    }
}
