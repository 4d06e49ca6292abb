using HubExchange.Region.V1;
using HubExchange.Simulator.Generation;
using HubExchange.Simulator.Words;
using HubExchange.Technology.V1;

namespace HubExchange.Simulator.Systems;

/// <summary>高新技术支撑体系 without contracts: demands and bids, projects, achievements and what became of them, products, awards, rankings.</summary>
internal sealed class TechnologyGenerator(CityDraft city)
{
    private const int Demands = 120;
    private const int Projects = 330;
    private const int Achievements = 180;
    private const int Transformations = 130;
    private const int Products = 520;

    private readonly Prng _random = city.Random("technology");

    public void Generate()
    {
        AddDemands();
        AddProjects();
        AddAchievements();
        AddTransformations();
        AddProducts();
        new RecognitionGenerator(city).Generate();
    }

    private void AddDemands()
    {
        var serial = 0;
        var bids = 0;
        foreach (var firm in _random.Sample(city.Enterprises, city.Scaled(Demands)))
        {
            var listed = _random.Day(new DateOnly(city.Year, 2, 1), new DateOnly(city.Year, 9, 30));
            var deadline = listed.AddDays(_random.Between(30, 60));
            var state = serial == 0 ? TechDemandState.Matched : _random.Pick([
                TechDemandState.Collected, TechDemandState.Listed, TechDemandState.Bidding, TechDemandState.Matched, TechDemandState.Failed]);
            var record = new TechDemand
            {
                DemandId = Text.Invariant($"XQ{city.Year}-{++serial:D5}"),
                Uscc = firm.Uscc,
                Title = Phrases.Research(firm.Industry, _random),
                IndustryCode = firm.Industry.Code,
                TechnologyField = firm.Industry.Field,
                Description = "现有工艺不能满足产品升级需要,寻求联合攻关。",
                TechnicalIndicators = Text.Invariant($"合格率不低于{_random.Between(90, 99)}%,能耗下降{_random.Between(5, 20)}%"),
                BudgetFen = 100L * 10_000 * _random.Between(20, 800),
                ListedOn = state == TechDemandState.Collected ? "" : Text.Of(listed),
                Deadline = state == TechDemandState.Collected ? "" : Text.Of(deadline),
                Kind = (TechDemandKind)_random.Between((int)TechDemandKind.KeyTechnology, (int)TechDemandKind.Product),
                CooperationMode = _random.Pick([CooperationMode.Commissioned, CooperationMode.Joint, CooperationMode.Transfer]),
                Disclosure = _random.Pick([Disclosure.Open, Disclosure.Open, Disclosure.Directed]),
                State = state,
            };
            city.Add(firm.Node, record);
            for (var i = state is TechDemandState.Bidding or TechDemandState.Matched ? _random.Between(1, 4) : 0; i > 0; i--)
            {
                AddBid(++bids, record.DemandId, listed, isWon: state == TechDemandState.Matched && i == 1, state);
            }
        }
    }

    private void AddBid(int serial, string demandId, DateOnly listed, bool isWon, TechDemandState demand)
    {
        var bidder = _random.Pick(city.Institutes);
        city.Add(bidder.Node, new Bid
        {
            BidId = Text.Invariant($"JB{city.Year}-{serial:D5}"),
            DemandId = demandId,
            Uscc = bidder.Uscc,
            BidderUsccs = { bidder.Uscc },
            SubmittedOn = Text.Of(listed.AddDays(_random.Between(3, 29))),
            Proposal = "组建联合攻关团队,分阶段完成小试、中试和应用验证。",
            PriceFen = 100L * 10_000 * _random.Between(15, 700),
            Score = demand == TechDemandState.Matched ? Text.Of(_random.Between(650, 960) / 10m) : "",
            State = demand == TechDemandState.Matched ? isWon ? BidState.Won : BidState.Lost : BidState.Submitted,
        });
    }

    private void AddProjects()
    {
        var leads = _random.Sample(city.Enterprises, city.Scaled(Projects));
        for (var i = 0; i < leads.Count; i++)
        {
            var type = (SanxinType)((i % 3) + 1);
            var running = _random.Day(new DateOnly(city.Year, 1, 15), new DateOnly(city.Year, 12, 20));
            AddProject(i + 1, leads[i], type, running);
            city.Tally.Add("HS21-407", leads[i].Unit, running);
            city.Tally.Add(type switch
            {
                SanxinType.NewTechnology => "HS21-404",
                SanxinType.NewProcess => "HS21-405",
                _ => "HS21-406",
            }, leads[i].Unit, running);
        }
    }

    private void AddProject(int serial, Firm lead, SanxinType type, DateOnly running)
    {
        var fiscal = 100L * 10_000 * _random.Between(0, 100);
        var raised = 100L * 10_000 * _random.Between(50, 2_000);
        var trl = _random.Between(2, 6);
        var record = new RdProject
        {
            ProjectId = Text.Invariant($"HS{city.Year}-{lead.Unit.Division}-{serial:D5}"),
            Title = Phrases.Research(lead.Industry, _random),
            LeadUscc = lead.Uscc,
            SanxinType = type,
            IndustryCode = lead.Industry.Code,
            TechnologyField = lead.Industry.Field,
            Chain = (ThreeChain)_random.Between(1, 3),
            Level = _random.Pick([Level.Enterprise, Level.Enterprise, Level.County, Level.City, Level.Provincial]),
            FundingTotalFen = fiscal + raised,
            FiscalFen = fiscal,
            SelfRaisedFen = raised,
            StartOn = Text.Of(running.AddDays(-10)),
            EndOn = Text.Of(running.AddMonths(_random.Between(10, 30))),
            RunningOn = Text.Of(running),
            LeaderPid = _random.Pick(city.People).Pid,
            MembersCount = _random.Between(4, 30),
            TrlStart = trl,
            TrlEnd = trl + _random.Between(1, 3),
            IpExpected = _random.Between(1, 12),
            Stage = _random.Pick([RdProjectStage.Running, RdProjectStage.Running, RdProjectStage.Midterm, RdProjectStage.Acceptance]),
            Outputs = { "样品或样机一套", "发明专利申请" },
        };
        if (_random.Chance(45))
        {
            record.PartnerUsccs.Add(_random.Pick(city.Institutes).Uscc);
        }

        city.Projects.Add((record.ProjectId, lead));
        city.Add(lead.Node, record);
    }

    private void AddAchievements()
    {
        var count = city.Scaled(Achievements);
        for (var i = 0; i < count; i++)
        {
            var owner = _random.Chance(40) ? _random.Pick(city.Institutes) : _random.Pick(city.Enterprises);
            var title = Phrases.Research(owner.Industry, _random);

            // Nine thousand a year and prefix, as the number has four digits.
            var number = Text.Invariant($"{420 + (i / 9_999):D3}{city.Year}Y{(i % 9_999) + 1:D4}");
            city.Achievements.Add((number, title, owner));
            city.Add(owner.Node, new Achievement
            {
                RegistrationNo = number,
                Title = title,
                Uscc = owner.Uscc,
                OwnerUsccs = { owner.Uscc },
                Attribute = (AchievementAttribute)_random.Between(1, 3),
                Stage = (AchievementStage)_random.Between(1, 3),
                EvaluationLevel = (EvaluationLevel)_random.Between((int)EvaluationLevel.WorldAdvanced, (int)EvaluationLevel.NationalAdvanced),
                Keywords = { _random.Pick(owner.Industry.Products), owner.Industry.Name },
                TechnologyField = owner.Industry.Field,
                RegisteredOn = Text.Of(_random.Day(city.Year)),
                Secrecy = Secrecy.NonSecret,
                Summary = "成果已通过评价,具备推广条件。",
            });
        }
    }

    private void AddTransformations()
    {
        var serial = 0;
        foreach (var (number, _, owner) in _random.Sample(city.Achievements, city.Scaled(Transformations)))
        {
            var receiver = city.Institutes.Contains(owner) ? _random.Pick(city.Enterprises) : owner;
            var contract = city.Contracts.Count > 0 && receiver != owner ? _random.Pick(city.Contracts).RegistrationNo : "";
            var isDone = _random.Chance(92);
            var done = _random.Day(city.Year);
            city.Add(receiver.Node, new Transformation
            {
                TransformationId = Text.Invariant($"ZH{city.Year}-{++serial:D5}"),
                AchievementId = number,
                Mode = receiver == owner
                    ? TransformationMode.OwnInvestment
                    : contract.Length > 0 ? TransformationMode.Transfer : TransformationMode.Cooperation,
                ContractNo = contract,
                ReceiverUscc = receiver.Uscc,
                AmountFen = 100L * 10_000 * _random.Between(10, 3_000),
                LandedDivision = receiver.Division,
                Major = _random.Chance(88),
                TransformedOn = isDone ? Text.Of(done) : "",
                State = isDone ? TransformationState.Transformed : TransformationState.InProgress,
            });
            if (isDone)
            {
                city.Tally.Add("HS21-409", receiver.Unit, done);
            }
        }
    }

    private void AddProducts()
    {
        var count = city.Scaled(Products);
        for (var i = 0; i < count; i++)
        {
            var firm = _random.Pick(city.Enterprises);
            var recognised = _random.Day(city.Year);
            var isIndustrial = _random.Chance(45);
            var record = new NewProduct
            {
                ProductId = Text.Invariant($"CP{city.Year}-{i + 1:D5}"),
                Uscc = firm.Uscc,
                Name = Phrases.Product(firm.Industry, _random),
                TechnologyField = firm.Industry.Field,
                RecognisedOn = Text.Of(recognised),
                Batch = Text.Invariant($"{city.Year}年第{((recognised.Month - 1) / 3) + 1}批"),
                Stage = isIndustrial ? NewProductStage.Industrial : _random.Pick([NewProductStage.Development, NewProductStage.Pilot]),
                SalesFen = isIndustrial ? 100L * 10_000 * _random.Between(50, 9_000) : 0,
                ProjectId = city.Projects.Count > 0 && _random.Chance(30) ? _random.Pick(city.Projects).ProjectId : "",
            };
            city.Tally.Add("HS21-410", firm.Unit, recognised);
            if (isIndustrial)
            {
                record.IndustrialisedOn = Text.Of(recognised);
                city.Tally.Add("HS21-411", firm.Unit, recognised);
            }

            city.Add(firm.Node, record);
        }
    }
}
