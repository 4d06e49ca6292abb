using HubExchange.Mechanism.V1;
using HubExchange.Simulator.Generation;
using PlanTask = HubExchange.Mechanism.V1.PlanTask;

namespace HubExchange.Simulator.Systems;

/// <summary>体制机制 without finance and figures: documents, tasks of the units, supervision, events and policy payments.</summary>
internal sealed class MechanismGenerator(CityDraft city)
{
    private const int Tasks = 18;
    private const int Orders = 60;
    private const int Events = 60;
    private const int Payments = 300;

    private static readonly (DocumentKind Kind, string Title)[] Documents =
    [
        (DocumentKind.Measures, "激励企业开展研究开发活动办法"), (DocumentKind.DetailedRules, "科技创新政策实施细则"),
        (DocumentKind.WorkPlan, "科技创新年度工作方案"), (DocumentKind.Roadmap, "重点产业技术创新路线图"),
        (DocumentKind.Catalogue, "产业研发方向目录"), (DocumentKind.Measures, "科技信贷风险补偿资金管理补充意见"),
        (DocumentKind.Notice, "组织申报高新技术企业的通知"), (DocumentKind.Notice, "选派科技特派员的通知"),
    ];

    private readonly Prng _random = city.Random("mechanism");

    public void Generate()
    {
        AddDocuments();
        foreach (var unit in Unit.All)
        {
            AddTasks(unit);
        }

        AddOrders();
        AddEvents();
        AddPayments();
    }

    private void AddDocuments()
    {
        for (var i = 0; i < Documents.Length * 3; i++)
        {
            var (kind, title) = Documents[i % Documents.Length];
            var unit = i < Documents.Length ? null : Unit.All[i % Unit.All.Count];
            var issued = _random.Day(city.Year);
            city.Add(unit?.Node ?? CityNodes.Center, new Document
            {
                DocumentId = Text.Invariant($"WJ{city.Year}-{i + 1:D3}"),
                Title = (unit?.Name ?? "黄石市") + title,
                DocumentNo = Text.Invariant($"科技发〔{city.Year}〕{i + 1}号"),
                Kind = kind,
                Issuer = unit is null ? "黄石市科学技术局" : $"{unit.Name}科技部门",
                Division = unit?.Division ?? "420200",
                IssuedOn = Text.Of(issued),
                EffectiveOn = Text.Of(issued.AddDays(30)),
                ExpiresOn = Text.Of(issued.AddYears(3)),
                State = DocumentState.Issued,
            });
        }
    }

    private void AddTasks(Unit unit)
    {
        for (var item = 1; item <= Tasks; item++)
        {
            var isDone = _random.Chance(55);
            var due = new DateOnly(city.Year, 12, 31);
            var parent = Text.Invariant($"HS{city.Year % 100:D2}-T{item:D2}");
            city.Add(unit.Node, new PlanTask
            {
                TaskId = $"{parent}-{unit.Id}",
                PlanYear = city.Year,
                Item = item,
                Title = Text.Invariant($"落实要点第{item}项({unit.Name})"),
                LeadUnit = $"{unit.Name}科技部门",
                ReportingUnit = unit.Id,
                ParentTaskId = parent,
                Measure = "明确专人负责,按月调度。",
                DueOn = Text.Of(due),
                DoneOn = isDone ? Text.Of(due.AddDays(-_random.Between(1, 90))) : "",
                ProgressPercent = isDone ? 100 : _random.Between(30, 95),
                State = isDone ? TaskState.Done : _random.Pick([TaskState.InProgress, TaskState.InProgress, TaskState.Delayed]),
            });
        }
    }

    private void AddOrders()
    {
        var count = city.Scaled(Orders);
        for (var i = 0; i < count; i++)
        {
            var unit = _random.Pick(Unit.All);
            var issued = _random.Day(new DateOnly(city.Year, 3, 1), new DateOnly(city.Year, 10, 31));
            var replied = issued.AddDays(_random.Between(3, 16));
            var state = _random.Pick([SupervisionState.Ordered, SupervisionState.Replied, SupervisionState.Done, SupervisionState.Closed]);
            var isDone = state is SupervisionState.Done or SupervisionState.Closed;
            city.Add(CityNodes.Center, new SupervisionOrder
            {
                OrderId = Text.Invariant($"DB{city.Year}-{i + 1:D4}"),
                Title = Text.Invariant($"{unit.Name}{_random.Pick(["科技型中小企业入库", "高企申报", "技术合同登记", "研发机构建设"])}进度滞后"),
                Content = "请分析原因,提出措施,限期反馈。",
                Issuer = "黄石市科学技术局",
                Addressee = $"{unit.Name}科技部门",
                AddresseeNodeId = unit.Node,
                ReportingUnit = unit.Id,
                WarningLevel = _random.Pick([WarningLevel.Yellow, WarningLevel.Yellow, WarningLevel.Red]),
                IssuedOn = Text.Of(issued),
                ReplyWorkingDays = 10,
                RepliedOn = state == SupervisionState.Ordered ? "" : Text.Of(replied),
                Reply = state == SupervisionState.Ordered ? "" : "已制定赶进度措施,预计下月达到序时进度。",
                DoneOn = isDone ? Text.Of(replied.AddDays(20)) : "",
                ClosedOn = state == SupervisionState.Closed ? Text.Of(replied.AddDays(25)) : "",
                State = state,
            });
        }
    }

    private void AddEvents()
    {
        var count = city.Scaled(Events);
        for (var i = 0; i < count; i++)
        {
            var unit = Unit.All[i % Unit.All.Count];
            var held = _random.Day(new DateOnly(city.Year, 3, 1), new DateOnly(city.Year, 12, 10));
            var agreements = _random.Between(0, 12);
            city.Add(unit.Node, new MatchEvent
            {
                EventId = Text.Invariant($"HD{city.Year}-{i + 1:D4}"),
                Title = Text.Invariant($"{unit.Name}第{(i / Unit.All.Count) + 1}场科技成果对接活动"),
                Kind = (MatchEventKind)_random.Between((int)MatchEventKind.Kehui, (int)MatchEventKind.LaboratoryVisit),
                Organiser = $"{unit.Name}科技部门",
                HeldOn = Text.Of(held),
                HeldUntil = Text.Of(held.AddDays(_random.Below(2))),
                Division = unit.Division,
                ReportingUnit = unit.Id,
                EnterpriseCount = _random.Between(10, 120),
                InstituteCount = _random.Between(2, 20),
                NeedCount = _random.Between(5, 60),
                AgreementCount = agreements,
                AgreedFen = 100L * 10_000 * agreements * _random.Between(20, 400),
                Outcome = "现场签约并跟踪落实",
            });
        }
    }

    private void AddPayments()
    {
        var serial = 0;
        foreach (var (firm, certNo) in _random.Sample(city.Certified, city.Scaled(Payments)))
        {
            var published = _random.Day(new DateOnly(city.Year, 4, 1), new DateOnly(city.Year, 11, 15));
            var isPaid = _random.Chance(75);
            city.Add(firm.Node, new PolicyPayment
            {
                PaymentId = Text.Invariant($"DX{city.Year}-{++serial:D5}"),
                PolicyId = Text.Invariant($"CX10-{_random.Between(1, 10):D2}"),
                Uscc = firm.Uscc,
                BasisRecordIds = { certNo },
                AmountFen = 100L * 10_000 * _random.Pick([5, 10, 20, 30]),
                PublicisedOn = Text.Of(published),
                PublicisedUntil = Text.Of(published.AddDays(7)),
                Publicity = "门户网站公示",
                PaidOn = isPaid ? Text.Of(published.AddDays(_random.Between(15, 45))) : "",
                State = isPaid ? PolicyPaymentState.Paid : PolicyPaymentState.Publicised,
            });
        }
    }
}
