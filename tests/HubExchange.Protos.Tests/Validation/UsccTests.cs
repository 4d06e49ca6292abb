using HubExchange.Contracts.Hashing;
using HubExchange.Contracts.Tests.Contracts;
using HubExchange.Contracts.Validation.Formats;
using HubExchange.Enterprise.V1;

namespace HubExchange.Contracts.Tests.Validation;

public sealed class UsccTests
{
    private const string Example = "91420281XN1000065X";

    public static TheoryData<string> ValidCodes =>
    [
        "91110000600037341L", "914403001922038216", "9144030071526726XG", "91110000802100433B",
        "11420200XN00000127", "11420281XN0000020C", "11420222XN0000039T", "11420202XN0000047N", "11420203XN00000550",
        "12420200XN00000A6R", "91420202XN10000148", "91420203XN1000022H", "91420205XN10000496", "91420281XN1000065X",
        "93420222XN2000016D", "52420200XN30000185", "91420281XN00001510", "91420281XN000008X4",
    ];

    [Theory]
    [MemberData(nameof(ValidCodes))]
    public void Valid_codes_pass_both_checks(string code)
    {
        Assert.True(Uscc.IsValid(code));
        Assert.True(Uscc.HasKnownRegistrar(code));
        Assert.True(OrganizationCode.IsValid(Uscc.Body(code)));
        Assert.Equal(code[17], Uscc.CheckCharacter(code.AsSpan(0, 17)));
        Assert.Equal(code[16], OrganizationCode.CheckCharacter(code.AsSpan(8, 8)));
    }

    [Theory]
    [InlineData("91420281XN1000065Y")]
    [InlineData("91420281XO1000065X")]
    [InlineData("91420281XN1000065")]
    [InlineData("91420281xn1000065x")]
    [InlineData("")]
    [InlineData("91420281XN1000065XX")]
    public void Invalid_codes_fail(string code)
    {
        Assert.False(Uscc.IsValid(code));
    }

    [Theory]
    [InlineData("91420281xn1000065x")]
    [InlineData(" 91420281XN1000065X　")]
    [InlineData("91420281XN1000065X")]
    public void Code_is_good_after_normalisation(string code)
    {
        var type = TestTypes.All.Of<Organization>();
        var record = (Organization)GoodRecord.Of(type);
        record.Uscc = code;

        RecordNormalizer.Normalize(type, record);

        Assert.Equal(Example, record.Uscc);
        Assert.Empty(Cases.Validator.Validate(type, record));
    }

    [Fact]
    public void Every_change_of_one_character_is_noticed()
    {
        for (var i = 0; i < Example.Length; i++)
        {
            foreach (var c in Uscc.Alphabet.Where(c => c != Example[i]))
            {
                var code = Example[..i] + c + Example[(i + 1)..];
                Assert.False(Uscc.IsValid(code), code);
            }
        }
    }

    [Fact]
    public void Every_transposition_of_neighbours_is_noticed()
    {
        for (var i = 0; i + 1 < Example.Length; i++)
        {
            if (Example[i] != Example[i + 1])
            {
                var code = Example[..i] + Example[i + 1] + Example[i] + Example[(i + 2)..];
                Assert.False(Uscc.IsValid(code), code);
            }
        }
    }

    [Theory]
    [InlineData("9142028")]
    [InlineData("91420281XO1000065")]
    public void Check_character_of_a_wrong_body_is_refused(string body)
    {
        Assert.Throws<ArgumentException>(() => Uscc.CheckCharacter(body));
    }
}
