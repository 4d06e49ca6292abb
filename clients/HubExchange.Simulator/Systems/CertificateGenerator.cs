using HubExchange.Enterprise.V1;
using HubExchange.Simulator.Generation;

namespace HubExchange.Simulator.Systems;

/// <summary>
/// High-tech enterprises: the certificates of three cohorts, what became of those that ended in the year, new ones, applications and the
/// reserve list. Stock at the end of the year less stock at its beginning is about +70, as the plan asks.
/// </summary>
internal sealed class CertificateGenerator(CityDraft city)
{
    private const int Lapsed = 60;
    private const int Ending = 110;
    private const int Running = 220;
    private const int NotRenewed = 30;
    private const int Revoked = 4;
    private const int New = 105;
    private const int Rejected = 20;
    private const int Pending = 25;
    private const int Reserve = 300;

    private readonly Prng _random = city.Random("certificate");
    private readonly Dictionary<int, int> _serials = [];
    private int _applications;

    public void Generate()
    {
        var year = city.Year;
        var old = city.Enterprises.Where(firm => firm.EstablishedOn.Year <= year - 4).ToList();
        var pool = new Queue<Firm>(_random.Sample(old, old.Count));

        foreach (var firm in Take(pool, Lapsed))
        {
            AddCertificate(firm, IssueDay(year - 4), HteRecognition.First);
        }

        var ending = Take(pool, Ending);
        for (var i = 0; i < ending.Count; i++)
        {
            AddCertificate(ending[i], IssueDay(year - 3), HteRecognition.First);
            if (i >= city.Scaled(NotRenewed))
            {
                Certify(ending[i], HteRecognition.Again);
            }
        }

        AddRunning(Take(pool, Running));
        foreach (var firm in Take(pool, New))
        {
            Certify(firm, HteRecognition.First);
        }

        AddUndecided(Take(pool, Rejected), Take(pool, Pending));
        AddReserve();
    }

    private List<Firm> Take(Queue<Firm> pool, int count)
    {
        var taken = new List<Firm>();
        for (var i = city.Scaled(count); i > 0 && pool.TryDequeue(out var firm); i--)
        {
            taken.Add(firm);
        }

        return taken;
    }

    private void AddRunning(List<Firm> firms)
    {
        for (var i = 0; i < firms.Count; i++)
        {
            var certNo = AddCertificate(
                firms[i], IssueDay(city.Year - 1 - (i % 2)), HteRecognition.First, isRevoked: i < city.Scaled(Revoked));
            if (i >= city.Scaled(Revoked))
            {
                city.Certified.Add((firms[i], certNo));
            }
        }
    }

    /// <summary>A certificate of the year with the application that led to it.</summary>
    private void Certify(Firm firm, HteRecognition recognition)
    {
        var issued = IssueDay(city.Year);
        var certNo = AddCertificate(firm, issued, recognition);
        city.Certified.Add((firm, certNo));
        if (recognition == HteRecognition.First)
        {
            city.Tally.Add("HS21-308", firm.Unit, issued);
        }

        var application = Application(firm, recognition, HteApplicationState.Certified, issued.AddDays(-_random.Between(120, 170)));
        application.PublicityOn = Text.Of(issued.AddDays(-20));
        application.DecidedOn = Text.Of(issued);
        application.CertNo = certNo;
        city.Add(firm.Node, application);
    }

    private void AddUndecided(List<Firm> rejected, List<Firm> pending)
    {
        foreach (var firm in rejected)
        {
            var submitted = _random.Day(new DateOnly(city.Year, 3, 1), new DateOnly(city.Year, 7, 31));
            var application = Application(firm, HteRecognition.First, HteApplicationState.Rejected, submitted);
            application.DecidedOn = Text.Of(submitted.AddDays(110));
            application.RejectReason = _random.Pick(["核心知识产权与主要产品关联不足", "研究开发费用占比未达到要求", "科技人员占比低于百分之十"]);
            city.Add(firm.Node, application);
        }

        foreach (var firm in pending)
        {
            var submitted = _random.Day(new DateOnly(city.Year, 9, 1), new DateOnly(city.Year, 12, 31));
            var state = _random.Pick([HteApplicationState.Applying, HteApplicationState.CountyReview, HteApplicationState.Withdrawn]);
            var application = Application(firm, HteRecognition.First, state, submitted);
            application.CountyReviewedOn = "";
            application.RecommendedOn = "";
            application.ExpertReviewedOn = "";
            city.Add(firm.Node, application);
        }
    }

    private void AddReserve()
    {
        var certified = city.Certified.Select(entry => entry.Firm.Uscc).ToHashSet();
        var candidates = city.Enterprises.Where(firm => !certified.Contains(firm.Uscc)).ToList();
        foreach (var firm in _random.Sample(candidates, city.Scaled(Reserve)))
        {
            var listed = _random.Day(city.Year);
            var state = _random.Weighted(80, 12, 8) switch
            {
                0 => HteReserveState.InList,
                1 => HteReserveState.Applied,
                _ => HteReserveState.Removed,
            };
            city.Add(firm.Node, new HteReserveEntry
            {
                Uscc = firm.Uscc,
                ListedOn = Text.Of(listed),
                Tier = _random.Pick(["第一梯队", "第二梯队", "第三梯队"]),
                TargetBatch = Text.Invariant($"{city.Year + 1}年第{_random.Between(1, 3)}批"),
                Gaps = { _random.Sample([HteGap.IntellectualProperty, HteGap.RdExpense, HteGap.RdStaff, HteGap.ProductIncome], _random.Between(1, 2)) },
                CoachUnit = $"{firm.Unit.Name}科技服务中心",
                State = state,
            });
            if (state == HteReserveState.InList)
            {
                city.Tally.Add("HS21-305", firm.Unit, listed);
            }
        }
    }

    private string AddCertificate(Firm firm, DateOnly issued, HteRecognition recognition, bool isRevoked = false)
    {
        var serial = _serials[issued.Year] = _serials.GetValueOrDefault(issued.Year) + 1;
        var record = new HteCertificate
        {
            CertNo = Text.Invariant($"GR{issued.Year}42{serial:D6}"),
            Uscc = firm.Uscc,
            NameAtIssue = firm.Name,
            IssuedOn = Text.Of(issued),
            ValidTo = Text.Of(issued.AddYears(3).AddDays(-1)),
            Batch = Text.Invariant($"{issued.Year}年第{(issued.Month < 12 ? 1 : 2)}批"),
            Field = firm.Industry.Field,
            RecognitionType = recognition,
        };
        if (isRevoked)
        {
            record.RevokedOn = Text.Of(_random.Day(new DateOnly(city.Year, 3, 1), new DateOnly(city.Year, 11, 30)));
            record.RevokeReason = "未按规定报送年度发展情况报表";
        }

        city.Add(firm.Node, record);
        return record.CertNo;
    }

    private HteApplication Application(Firm firm, HteRecognition recognition, HteApplicationState state, DateOnly submitted) => new()
    {
        ApplicationId = Text.Invariant($"GQ{city.Year}-{++_applications:D5}"),
        Uscc = firm.Uscc,
        Year = city.Year,
        Batch = Text.Invariant($"{city.Year}年第{_random.Between(1, 3)}批"),
        Channel = _random.Chance(97) ? HteChannel.Online : HteChannel.Paper,
        RecognitionType = recognition,
        Field = firm.Industry.Field,
        State = state,
        SubmittedOn = Text.Of(submitted),
        AcceptedOn = Text.Of(submitted.AddDays(3)),
        CountyReviewedOn = Text.Of(submitted.AddDays(15)),
        RecommendedOn = Text.Of(submitted.AddDays(25)),
        ExpertReviewedOn = Text.Of(submitted.AddDays(60)),
        DepartmentOpinions = "科技、财政、税务部门意见一致",
    };

    // Two rounds a year, late in it.
    private DateOnly IssueDay(int year) => _random.Chance(60) ? new DateOnly(year, 11, 15) : new DateOnly(year, 12, 3);
}
