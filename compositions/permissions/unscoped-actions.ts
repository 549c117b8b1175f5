/**
 * Actions that AWS grants on everything or not at all: they have no resource type, so `*` is the only resource that a
 * policy can name. Each reads. docs/reference/iam.md is made from this table.
 *
 * Source: "Actions, resources, and condition keys for AWS services", Service Authorization Reference.
 */
export const unscopedActions: Readonly<Record<string, string>> = {
  'autoscaling:DescribeAutoScalingGroups': 'Auto Scaling describes groups without a resource level.',
  'cloudwatch:GetMetricData': 'CloudWatch has no resource level for metrics.',
  'ec2:DescribeNetworkAcls': 'EC2 describes without a resource level.',
  'ec2:DescribeNetworkInterfaces': 'EC2 describes without a resource level. Lambda needs it to enter a VPC.',
  'ec2:DescribeSubnets': 'EC2 describes without a resource level. Lambda needs it to enter a VPC.',
  'elasticloadbalancing:DescribeLoadBalancers': 'Elastic Load Balancing describes without a resource level.',
  'elasticloadbalancing:DescribeTargetGroups': 'Elastic Load Balancing describes without a resource level.',
  'elasticloadbalancing:DescribeTargetHealth': 'Elastic Load Balancing describes without a resource level.',
  'route53:GetCheckerIpRanges': 'They are the same for everybody.',
  'route53:ListHostedZonesByName': 'Route 53 lists zones without a resource level.',
};
