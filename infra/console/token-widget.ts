/**
 * The operator's token list as a widget of a CloudWatch dashboard. Whoever looks at it invokes the
 * function as themselves: docs/TOKEN-WIDGET.md has the permission that takes.
 */
import { CustomWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';

export interface TokenWidgetProps {
  /** `TokenStore.tokenWidget`. */
  readonly lambda: IFunction;
  /** Default `Tokens`. */
  readonly title?: string;
  /** Of the 24 columns of a dashboard. From 12 on it is a table, below that cards. Default 24. */
  readonly width?: number;
  /** In rows of a dashboard; what is longer scrolls. Default 10. */
  readonly height?: number;
  /** What it shows at first. Default all tokens, the most urgent first. */
  readonly state?: 'failing' | 'needs-reauthorization' | 'unchecked';
}

/** @example dashboard.addWidgets(tokenWidget({ lambda: tokens.tokenWidget })); */
export function tokenWidget({
  lambda,
  title = 'Tokens',
  width = 24,
  height = 10,
  state,
}: TokenWidgetProps): CustomWidget {
  return new CustomWidget({
    functionArn: lambda.functionArn,
    title,
    width,
    height,
    // A dashboard that refreshes itself would take the page away that somebody is reading.
    updateOnRefresh: false,
    updateOnResize: true,
    updateOnTimeRangeChange: false,
    ...(state !== undefined && { params: { state } }),
  });
}
