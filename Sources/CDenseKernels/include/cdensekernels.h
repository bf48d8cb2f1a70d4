#pragma once
int cdk_placeholder(void);
