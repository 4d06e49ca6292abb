using HubExchange.V1;

namespace HubExchange.Server.Deliveries;

/// <summary>How ways of delivery are written in the database.</summary>
internal static class DeliveryCode
{
    public static string Of(DeliveryWay way) => way switch
    {
        DeliveryWay.Watch => "WATCH",
        DeliveryWay.Read => "READ",
        DeliveryWay.Export => "EXPORT",
        _ => throw new ArgumentOutOfRangeException(nameof(way), way, "Not a way of delivery."),
    };

    public static DeliveryWay Read(string code) => Enum.GetValues<DeliveryWay>().Skip(1).First(way => Of(way) == code);
}
