using HubExchange.Mechanism.V1;
using HubExchange.Simulator.Generation;

namespace HubExchange.Simulator.Systems;

/// <summary>Science loans of the banks and the talent innovation fund.</summary>
internal sealed class FinanceGenerator(CityDraft city)
{
    private const int Loans = 2_000;
    private const long FundFen = 100_000_000L * 100;

    private readonly Prng _random = city.Random("finance");

    public void Generate()
    {
        AddFund();
        var count = city.Scaled(Loans);
        for (var i = 0; i < count; i++)
        {
            city.Add(CityNodes.Bank, Loan(i + 1, _random.Pick(city.Enterprises), city.Banks[_random.Below(city.Banks.Count - 1)]));
        }
    }

    private Loan Loan(int serial, Firm firm, Firm bank)
    {
        var applied = _random.Day(new DateOnly(city.Year - 1, 1, 5), new DateOnly(city.Year, 11, 30));
        var approved = applied.AddDays(_random.Between(6, 28));
        var disbursed = approved.AddDays(_random.Between(1, 6));
        var amount = 100L * 10_000 * _random.Between(50, 1_500);
        var state = _random.Weighted(4, 3, 2, 62, 23, 3, 1, 2) switch
        {
            0 => LoanState.Applied,
            1 => LoanState.Review,
            2 => LoanState.Approved,
            3 => LoanState.Disbursed,
            4 => LoanState.Repaid,
            5 => LoanState.Overdue,
            6 => LoanState.Compensated,
            _ => LoanState.Rejected,
        };
        var isApproved = state is not (LoanState.Applied or LoanState.Review or LoanState.Rejected);
        var isDisbursed = isApproved && state != LoanState.Approved;
        var product = city.Achievements.Count > 0 && _random.Chance(15) ? LoanProduct.Achievement : _random.Pick([LoanProduct.Science, LoanProduct.Science, LoanProduct.KnowledgeValue]);
        var guarantee = product == LoanProduct.Achievement
            ? LoanGuarantee.AppraisedAchievement
            : _random.Pick([LoanGuarantee.Credit, LoanGuarantee.Surety, LoanGuarantee.IpPledge]);
        var record = new Loan
        {
            LoanId = Text.Invariant($"DK{city.Year}-{serial:D6}"),
            Product = product,
            Uscc = firm.Uscc,
            BankUscc = bank.Uscc,
            Branch = $"{firm.Unit.Place}科技支行",
            CountyDivision = firm.Unit.Division,
            AppliedOn = Text.Of(applied),
            AcceptedOn = Text.Of(applied.AddDays(_random.Between(0, 5))),
            ApprovedOn = isApproved ? Text.Of(approved) : "",
            DisbursedOn = isDisbursed ? Text.Of(disbursed) : "",
            DueOn = isDisbursed ? Text.Of(disbursed.AddYears(1)) : "",
            AmountFen = amount,
            Rate = Text.Of(_random.Between(360, 520) / 100m),
            Guarantee = guarantee,
            RiskPoolId = "FXC-HS-01",
            State = state,
        };
        if (guarantee == LoanGuarantee.IpPledge)
        {
            record.PledgedIp.Add(Text.Invariant($"发明专利ZL{city.Year - 3}1{serial:D7}"));
        }

        if (product == LoanProduct.Achievement)
        {
            record.AchievementId = _random.Pick(city.Achievements).RegistrationNo;
        }

        Share(record);
        if (isDisbursed)
        {
            Service(record);
        }

        return record;
    }

    private static void Share(Loan record)
    {
        (RiskParty Party, int Percent)[] shares = record.Guarantee == LoanGuarantee.Surety
            ? [(RiskParty.Bank, 20), (RiskParty.City, 20), (RiskParty.County, 20), (RiskParty.Guarantor, 40)]
            : [(RiskParty.Bank, 40), (RiskParty.City, 30), (RiskParty.County, 30)];
        record.RiskShares.Add(shares.Select(share => new RiskShare { Party = share.Party, Percent = share.Percent }));
    }

    private void Service(Loan record)
    {
        var isTroubled = record.State is LoanState.Overdue or LoanState.Compensated;
        record.BalanceFen = record.State == LoanState.Repaid ? 0 : record.AmountFen / 100 * _random.Between(30, 100);
        record.FiveClass = isTroubled
            ? _random.Pick([LoanClass.SpecialMention, LoanClass.Substandard, LoanClass.Doubtful])
            : LoanClass.Normal;
        record.OverdueDays = isTroubled ? _random.Between(10, 180) : 0;
        if (record.State == LoanState.Compensated)
        {
            record.CompensationFen = record.BalanceFen / 100 * 60;
        }
    }

    private void AddFund()
    {
        var manager = city.Banks[^1];
        for (var phase = 1; phase <= 2; phase++)
        {
            var committed = new DateOnly(city.Year, phase == 1 ? 6 : 12, 16);
            var record = new FundCommitment
            {
                FundId = "JJ-HS-RC01",
                Phase = phase,
                FundName = "黄石市产业人才创新创业基金",
                ManagerUscc = manager.Uscc,
                FundTotalFen = FundFen,
                CommittedFen = FundFen / 2,
                PaidInFen = phase == 1 ? FundFen / 2 : 0,
                CommittedOn = Text.Of(committed),
                PaidInOn = phase == 1 ? Text.Of(committed.AddDays(30)) : "",
            };
            if (phase == 1)
            {
                record.Projects.Add(_random.Sample(city.Enterprises, 5).Select(firm => new FundProject
                {
                    Uscc = firm.Uscc,
                    Title = firm.Industry.Products[0] + "项目",
                    InvestedFen = 100L * 10_000 * _random.Between(200, 800),
                    InvestedOn = Text.Of(_random.Day(committed.AddDays(40), new DateOnly(city.Year, 12, 31))),
                }));
            }

            city.Add(CityNodes.Bank, record);
        }
    }
}
